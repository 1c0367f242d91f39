-- Said before every script. A case's field "votes" is "<user>:<approve|refuse>:<evidence> …", one of each reviewer who decided it
-- and whose undo window is over; "barred" is "<user> …": who decided it before it was reopened.

-- needed is how many reviewers a verdict takes: an approval two where an old account was used lately, or on a flag of risk; every
-- verdict two where an old owner objected, or where the case is in the blind sample.
local function needed(accounts, cases, no, verdict, recent, sample)
  local function of(field)
    return redis.call('HGET', cases, no .. ' ' .. field) or ''
  end
  if of('objected') ~= '' or sample == '1' then
    return 2
  end
  if verdict ~= 'approve' then
    return 1
  end
  if of('risk') ~= '' then
    return 2
  end
  local account, since = of('account'), tonumber(of('submitted')) - tonumber(recent)
  for id, state in pairs(states(accounts)) do
    local used = tonumber(redis.call('HGET', accounts, id .. ' used') or '0')
    local was = state == 'frozen' and froze(accounts, id) or state
    if id ~= account and was == 'active' and used > 0 and used >= since then
      return 2
    end
  end
  return 1
end

-- tally counts a verdict's votes, and all.
local function tally(votes, verdict)
  local same, all = 0, 0
  for word in string.gmatch(votes, '%S+:(%a+):%S*') do
    all = all + 1
    if word == verdict then
      same = same + 1
    end
  end
  return same, all
end

-- voters are the users of votes.
local function voters(votes)
  local users = {}
  for user in string.gmatch(votes, '(%S+):%a+:%S*') do
    table.insert(users, user)
  end
  return table.concat(users, ' ')
end
