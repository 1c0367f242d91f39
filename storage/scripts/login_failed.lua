-- Counts a wrong password of a chat: free tries up to the 4th for a handle, then 30 s doubling, from the 10th on a day; and
-- so many for all handles.
-- KEYS: 1 operation, 2 failures: "<handle> n|at|until", 3 all of them: "<ms> <op>" by ms
-- ARGV: 1 handle, 2 now ms, 3 op, 4 how long one is remembered ms, 5 most for all handles, 6 ttl of the operation ms
-- Returns: {"ok", tries left before a delay, until ms}
local was = seen(KEYS[1])
if was then
  return was
end
local who, now, day = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[4])
local n = tonumber(redis.call('HGET', KEYS[2], who .. ' n') or '0')
if now - tonumber(redis.call('HGET', KEYS[2], who .. ' at') or ARGV[2]) > day then
  n = 0
end
n = n + 1
local blocked = 0
if n >= 10 then
  blocked = now + day
elseif n >= 5 then
  blocked = now + 30000 * 2 ^ (n - 5)
end
redis.call('HSET', KEYS[2], who .. ' n', string.format('%d', n), who .. ' at', ARGV[2], who .. ' until', string.format('%d', blocked))
redis.call('PEXPIRE', KEYS[2], string.format('%d', 3 * day))
redis.call('ZADD', KEYS[3], ARGV[2], ARGV[2] .. ' ' .. ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', string.format('%d', now - day))
redis.call('PEXPIRE', KEYS[3], string.format('%d', 2 * day))
local most = tonumber(ARGV[5])
local all = redis.call('ZRANGE', KEYS[3], 0, -1, 'WITHSCORES')
if #all / 2 >= most then
  blocked = math.max(blocked, tonumber(all[#all - 2 * most + 2]) + day)
end
return keep(KEYS[1], ARGV[6], {'ok', string.format('%d', math.max(0, 5 - n)), string.format('%d', blocked)})
