-- Said before every script. A frozen account has the field "<id> froze": "<state before> <claim, or -> <case> <until ms>". Until
-- then it can be restored as it was; with the field gone and the state put back, every byte of it is what it was. The person's
-- field "contest" is "<case> <until ms>" while the owners of accounts that a case froze may object.

local function freeze(accounts, id, no, until_ms)
  local claim = redis.call('HGET', accounts, id .. ' claim') or ''
  local state = redis.call('HGET', accounts, id .. ' state')
  redis.call('HSET', accounts, id .. ' froze', state .. ' ' .. (claim == '' and '-' or claim) .. ' ' .. no .. ' ' .. until_ms,
    id .. ' state', 'frozen', id .. ' claim', '')
end

-- froze says what an account was before, by which case it was frozen and until when that can be undone; nil where it is not.
local function froze(accounts, id)
  local was, claim, no, till = string.match(redis.call('HGET', accounts, id .. ' froze') or '', '^(%S+) (%S+) (%S+) (%S+)$')
  if not was or redis.call('HGET', accounts, id .. ' state') ~= 'frozen' then
    return nil
  end
  return was, no, tonumber(till), claim == '-' and '' or claim
end

-- thaw makes a frozen account what it was.
local function thaw(accounts, id)
  local was, _, _, claim = froze(accounts, id)
  redis.call('HSET', accounts, id .. ' state', was, id .. ' claim', claim)
  redis.call('HDEL', accounts, id .. ' froze')
end

-- extend gives the accounts that a case froze another term.
local function extend(accounts, no, until_ms)
  for id in pairs(states(accounts)) do
    local was, by, _, claim = froze(accounts, id)
    if was and by == no then
      redis.call('HSET', accounts, id .. ' froze', was .. ' ' .. (claim == '' and '-' or claim) .. ' ' .. no .. ' ' .. until_ms)
    end
  end
end

-- contested is the case that owners may object to at a time, "" for none.
local function contested(person, now)
  local no, till = string.match(redis.call('HGET', person, 'contest') or '', '^(%S+) (%S+)$')
  if no and tonumber(now) <= tonumber(till) then
    return no
  end
  return ''
end
