-- Notes a deed that changes nothing else: a look at pictures, a search.
-- KEYS: 1 operation, 2 audit chain of the shard
-- ARGV: 1 ttl of the operation ms, 2 mac continued, 3 row
-- Returns: {"ok"} | {"torn", last row} nothing written
local was = seen(KEYS[1])
if was then
  return was
end
local operation, ttl = KEYS[1], ARGV[1]
local torn = audit()
if torn then
  return torn
end
return keep(operation, ttl, {'ok'})
