-- Makes a user who asked for it a reviewer. Idempotent by itself: a reviewer stays one.
-- KEYS: 1 wishes: user -> sealed name, 2 reviewers: user -> sealed name
-- ARGV: 1 user
-- Returns: {"ok", sealed name} | {"none"} nobody asked
local name = redis.call('HGET', KEYS[1], ARGV[1])
if name then
  redis.call('HSET', KEYS[2], ARGV[1], name)
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  name = redis.call('HGET', KEYS[2], ARGV[1])
end
if not name then
  return {'none'}
end
return {'ok', name}
