-- Counts a wrong password: free tries up to the 4th, then 30 s doubling, from the 10th on a day.
-- KEYS: 1 operation, 2 failures: n, at ms, until ms
-- ARGV: 1 now ms, 2 ttl of the operation ms
-- Returns: {"ok", tries left before a delay, until ms}
local was = seen(KEYS[1])
if was then
  return was
end
local day = 24 * 60 * 60 * 1000
local now = tonumber(ARGV[1])
local n = tonumber(redis.call('HGET', KEYS[2], 'n') or '0')
if now - tonumber(redis.call('HGET', KEYS[2], 'at') or ARGV[1]) > day then
  n = 0
end
n = n + 1
local blocked = 0
if n >= 10 then
  blocked = now + day
elseif n >= 5 then
  blocked = now + 30000 * 2 ^ (n - 5)
end
redis.call('HSET', KEYS[2], 'n', string.format('%d', n), 'at', ARGV[1], 'until', string.format('%d', blocked))
redis.call('PEXPIRE', KEYS[2], string.format('%d', 3 * day))
return keep(KEYS[1], ARGV[2], {'ok', string.format('%d', math.max(0, 5 - n)), string.format('%d', blocked)})
