-- Makes a user who asked for it a reviewer. Idempotent by itself: a reviewer stays one, and the grant is audited once.
-- KEYS: 1 wishes: user -> sealed name, 2 reviewers: user -> sealed name, last the audit chain
-- ARGV: 1 user, last the mac continued and the row of the audit
-- Returns: {"ok", sealed name} | {"none"} nobody asked | {"torn", last row} nothing written
local wishes, reviewers, user = KEYS[1], KEYS[2], ARGV[1]
local name = redis.call('HGET', wishes, user)
if not name then
  name = redis.call('HGET', reviewers, user)
  return name and {'ok', name} or {'none'}
end
local torn = audit()
if torn then
  return torn
end
redis.call('HSET', reviewers, user, name)
redis.call('HDEL', wishes, user)
return {'ok', name}
