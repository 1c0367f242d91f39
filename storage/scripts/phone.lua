-- Reserves, confirms or releases one of a phone's places for an account.
-- KEYS: 1 operation, 2 phone: account -> "confirmed" or the ms until which it is reserved
-- ARGV: 1 reserve|confirm|release, 2 account, 3 now ms, 4 term of a reservation ms, 5 places, 6 ttl of the operation ms
-- Returns: {"ok"} | {"full"} nothing written
local was = seen(KEYS[1])
if was then
  return was
end
local now = tonumber(ARGV[3])
local used, mine = 0, nil
local all = redis.call('HGETALL', KEYS[2])
for i = 1, #all, 2 do
  if all[i + 1] ~= 'confirmed' and tonumber(all[i + 1]) <= now then
    redis.call('HDEL', KEYS[2], all[i])
  else
    used = used + 1
    if all[i] == ARGV[2] then
      mine = all[i + 1]
    end
  end
end
if ARGV[1] == 'release' then
  redis.call('HDEL', KEYS[2], ARGV[2])
elseif not mine and used >= tonumber(ARGV[5]) then
  return {'full'}
elseif ARGV[1] == 'confirm' then
  redis.call('HSET', KEYS[2], ARGV[2], 'confirmed')
elseif mine ~= 'confirmed' then
  redis.call('HSET', KEYS[2], ARGV[2], string.format('%d', now + tonumber(ARGV[4])))
end
return keep(KEYS[1], ARGV[6], {'ok'})
