-- Reads several hashes of one shard as they stand at one moment.
-- KEYS: hashes
-- Returns: for each hash the count of its fields and values, then these
local all = {}
for _, key in ipairs(KEYS) do
  local fields = redis.call('HGETALL', key)
  all[#all + 1] = string.format('%d', #fields)
  for _, field in ipairs(fields) do
    all[#all + 1] = field
  end
end
return all
