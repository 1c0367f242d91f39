-- Changes what an account's student told, from what it was when the change was made.
-- KEYS: 1 operation, 2 person, 3 accounts, 4 outbox of the person, 5 due
-- ARGV: 1 id, 2 generation of the login that asks, 3 its chat, 4 sealed as it was, 5 sealed as it will be,
--       6 "1" to end the logins of all other chats, 7 owner, 8 entry id, 9 sealed effects, 10 now ms, 11 ttl of the operation ms
-- Returns: {"ok", generation} | {"ended"} the login that asks does not hold | {"stale"} changed meanwhile; nothing written
local was = seen(KEYS[1])
if was then
  return was
end
local id, mine = ARGV[1], ARGV[3]
local gen = redis.call('HGET', KEYS[2], 'gen') or '0'
local own = redis.call('HGET', KEYS[3], id .. ' dev.' .. mine) or ''
local state = redis.call('HGET', KEYS[3], id .. ' state')
if gen ~= ARGV[2] or string.match(own, ' out$') or state ~= 'active' and state ~= 'pending' then
  return {'ended'}
end
if redis.call('HGET', KEYS[3], id .. ' sealed') ~= ARGV[4] then
  return {'stale'}
end
redis.call('HSET', KEYS[3], id .. ' former', ARGV[4], id .. ' sealed', ARGV[5])
if ARGV[6] == '1' then -- those whose login ends here still hear of what concerns the account
  gen = string.format('%d', redis.call('HINCRBY', KEYS[2], 'gen', 1))
  local prefix = id .. ' dev.'
  for _, field in ipairs(redis.call('HKEYS', KEYS[3])) do
    if string.sub(field, 1, #prefix) == prefix then
      local row = redis.call('HGET', KEYS[3], field)
      if field == prefix .. mine then
        row = string.gsub(row, '^(%d+ %d+) %d+ (%a+)$', '%1 ' .. gen .. ' %2')
      else
        row = string.gsub(row, ' in$', ' left')
      end
      redis.call('HSET', KEYS[3], field, row)
    end
  end
end
push(KEYS[4], KEYS[5], ARGV[7], ARGV[8], ARGV[10], ARGV[9], ARGV[10])
return keep(KEYS[1], ARGV[11], {'ok', gen})
