-- Uses an invite up.
-- KEYS: 1 operation, 2 invite: kind, by, until ms
-- ARGV: 1 now ms, 2 ttl of the operation ms
-- Returns: {"ok", kind} | {"no", ""} unknown, used or too old
local was = seen(KEYS[1])
if was then
  return was
end
local kind = redis.call('HGET', KEYS[2], 'kind')
if not kind or tonumber(redis.call('HGET', KEYS[2], 'until')) <= tonumber(ARGV[1]) then
  return {'no', ''}
end
redis.call('DEL', KEYS[2])
return keep(KEYS[1], ARGV[2], {'ok', kind})
