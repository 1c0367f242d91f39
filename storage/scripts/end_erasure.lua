-- Destroys what is stored of an account whose erasure has begun. Idempotent by itself.
-- KEYS: 1 person, 2 accounts, 3 cases, 4 blobs, 5 looks, 6 gone, 7 receipt
-- ARGV: 1 account id, 2 now ms, 3 proof, 4 ttl of gone ms, 5 sealed consents, 6 ttl of the receipt ms
-- Returns: {"ok"} | {"no"} it has not begun; nothing written
local id = ARGV[1]
if redis.call('HGET', KEYS[2], id .. ' erase') ~= 'going' then
  return {'no'}
end
dropPictures(KEYS[2], KEYS[3], KEYS[4], KEYS[5], id, ARGV[2])
local all = redis.call('HGETALL', KEYS[3])
for i = 1, #all, 2 do
  local no = string.match(all[i], '^(%S+) account$')
  if no and all[i + 1] == id then
    redis.call('HSET', KEYS[3], all[i], 'erased')
    redis.call('HDEL', KEYS[3], no .. ' photos', no .. ' blobs')
    redis.call('ZREM', KEYS[5], 'faint|' .. no)
  end
end
for _, field in ipairs(redis.call('HKEYS', KEYS[2])) do
  if string.sub(field, 1, #id + 1) == id .. ' ' then
    redis.call('HDEL', KEYS[2], field)
  end
end
all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  if string.match(all[i], '^wait ') and all[i + 1] == id then
    redis.call('HDEL', KEYS[1], all[i])
  end
end
redis.call('SET', KEYS[6], ARGV[2], 'PX', ARGV[4])
redis.call('HSET', KEYS[7], 'consents', ARGV[5])
redis.call('PEXPIRE', KEYS[7], ARGV[6])
return {'ok'}
