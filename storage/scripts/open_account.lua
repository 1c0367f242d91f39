-- Opens an account: active where the person has none that is active, pending or frozen, else a pending claim.
-- KEYS: 1 operation, 2 person, 3 accounts, 4 cases
-- ARGV: 1 id, 2 "1" to reclaim, 3 chat, 4 ttl of the operation ms, then field and value of what is stored of the account
-- Returns: {"ok", id, state} | {"taken"} nothing written | {"queued", id} the chat's own claim is under review
local was = seen(KEYS[1])
if was then
  return was
end
local id, reclaim, chat = ARGV[1], ARGV[2], ARGV[3]
local taken, mine = false, nil
for other, state in pairs(states(KEYS[3])) do
  if state ~= 'deregistered' then
    taken = true
  end
  if state == 'pending' and redis.call('HGET', KEYS[3], other .. ' chat') == chat then
    mine = other
  end
end
if taken and reclaim ~= '1' then
  return {'taken'}
end
local state, claim = 'active', ''
if taken then
  state, claim = 'pending', '1'
  id = mine or id
  local open = redis.call('HGET', KEYS[2], 'open')
  if mine and open and redis.call('HGET', KEYS[4], open .. ' account') == mine then
    return {'queued', mine}
  end
end
redis.call('HSETNX', KEYS[2], 'gen', '1')
if mine then -- the place of its former phone is given back after this
  redis.call('HSET', KEYS[3], mine .. ' former', redis.call('HGET', KEYS[3], mine .. ' sealed'))
end
redis.call('HSET', KEYS[3], id .. ' state', state, id .. ' claim', claim, id .. ' chat', chat, id .. ' was.' .. chat, '1')
for i = 5, #ARGV, 2 do
  redis.call('HSET', KEYS[3], id .. ' ' .. ARGV[i], ARGV[i + 1])
end
return keep(KEYS[1], ARGV[4], {'ok', id, state})
