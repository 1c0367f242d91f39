-- Counts a submission alone: what submit does of it, for tests of the limits.
-- KEYS: 1 operation, 2 quota
-- ARGV: 1 name of the submission, 2 account id, 3 day, 4 per day, 5 in all, 6 ttl of the operation ms
-- Returns: {"ok"|"day"|"all", today, total}
local was = seen(KEYS[1])
if was then
  return was
end
local word, today, total = count(KEYS[2], ARGV[3], ARGV[4], ARGV[5])
if word ~= 'ok' then
  return {word, string.format('%d', today), string.format('%d', total)}
end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3] .. ' ' .. ARGV[2])
return keep(KEYS[1], ARGV[6], {word, string.format('%d', today + 1), string.format('%d', total + 1)})
