-- Counts an event where rolling limits allow it.
-- KEYS: 1 operation, 2 events by ms, 3 block
-- ARGV: 1 name of the event, 2 now ms, 3 block ms once the last limit is reached (0: none), 4 ttl of the operation ms,
--       then for each limit its span ms and how many fit; the last one has the longest span
-- Returns: {"ok", "0"} counted | {"no", until ms} not counted
local was = seen(KEYS[1])
if was then
  return was
end
local now = tonumber(ARGV[2])
local block = tonumber(redis.call('GET', KEYS[3]) or '0')
if block > now then
  return keep(KEYS[1], ARGV[4], {'no', string.format('%d', block)})
end
local longest = tonumber(ARGV[#ARGV - 1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%d', now - longest))
local times = redis.call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES')
local n = #times / 2
local wait = 0
for i = 5, #ARGV, 2 do
  local span, most = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  if n >= most then
    local free = tonumber(times[(n - most + 1) * 2]) + span
    if free > now and i + 1 == #ARGV and tonumber(ARGV[3]) > 0 then
      free = now + tonumber(ARGV[3])
      redis.call('SET', KEYS[3], string.format('%d', free), 'PX', ARGV[3])
    end
    if free > now and free > wait then
      wait = free
    end
  end
end
if wait > 0 then
  return keep(KEYS[1], ARGV[4], {'no', string.format('%d', wait)})
end
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[2], string.format('%d', 2 * longest))
return keep(KEYS[1], ARGV[4], {'ok', '0'})
