-- Leaves a picture until its next look, marks it as going, or takes it off. Idempotent by itself: only from the row seen.
-- KEYS: 1 blobs, 2 looks
-- ARGV: 1 name, 2 row as it was seen, 3 again|go|gone, 4 next look ms; of go now ms
-- Returns: {"ok", row now} | {"changed"} another row stands there, or it is not due; nothing written
local name = ARGV[1]
if (redis.call('HGET', KEYS[1], name) or '') ~= ARGV[2] then
  return {'changed'}
end
local row = ARGV[2]
if ARGV[3] == 'gone' or row == '' then
  redis.call('HDEL', KEYS[1], name)
  redis.call('ZREM', KEYS[2], name)
  return {'ok', ''}
end
if ARGV[3] == 'go' then
  local due = redis.call('ZSCORE', KEYS[2], name)
  if not due or tonumber(due) > tonumber(ARGV[4]) then
    return {'changed'}
  end
  row = string.gsub(row, '^%S+', 'going')
  redis.call('HSET', KEYS[1], name, row)
end
redis.call('ZADD', KEYS[2], ARGV[4], name)
return {'ok', row}
