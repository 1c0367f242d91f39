-- Binds or renames a group. Idempotent by itself.
-- KEYS: 1 groups: kind -> chat, 2 counselors' groups
-- ARGV: 1 bind|migrate, 2 kind to bind, 3 chat, 4 new chat id
-- Returns: {"ok"} | {"none"} not a bound group
local is = redis.call('HGET', KEYS[1], 'reviewers') == ARGV[3]
local one = redis.call('SISMEMBER', KEYS[2], ARGV[3]) == 1
if ARGV[1] ~= 'bind' and not is and not one then
  return {'none'}
end
if is then
  redis.call('HDEL', KEYS[1], 'reviewers')
end
if one then
  redis.call('SREM', KEYS[2], ARGV[3])
end
local kind = ARGV[2]
if ARGV[1] == 'migrate' then
  kind = is and 'reviewers' or 'counselors'
end
if kind == 'reviewers' then
  redis.call('HSET', KEYS[1], 'reviewers', ARGV[4])
elseif kind == 'counselors' then
  redis.call('SADD', KEYS[2], ARGV[4])
end
return {'ok'}
