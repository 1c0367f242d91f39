-- Ends the login of another chat, or of all others by a new generation.
-- KEYS: 1 operation, 2 person, 3 accounts
-- ARGV: 1 id, 2 generation of the login that asks, 3 its chat, 4 the chat that goes, "0" for all others, 5 ttl of the operation ms
-- Returns: {"ok", generation, chat that went ...} | {"ended"} the login that asks does not hold; nothing written
local was = seen(KEYS[1])
if was then
  return was
end
local id, mine = ARGV[1], ARGV[3]
local gen = redis.call('HGET', KEYS[2], 'gen') or '0'
local own = redis.call('HGET', KEYS[3], id .. ' dev.' .. mine) or ''
if gen ~= ARGV[2] or string.match(own, ' out$') then
  return {'ended'}
end
local gone = {}
local prefix = id .. ' was.'
for _, field in ipairs(redis.call('HKEYS', KEYS[3])) do
  local chat = string.sub(field, 1, #prefix) == prefix and string.sub(field, #prefix + 1)
  if chat and chat ~= mine and (ARGV[4] == '0' or ARGV[4] == chat) then
    local row = redis.call('HGET', KEYS[3], id .. ' dev.' .. chat) or '0 0 ' .. gen .. ' in'
    local times, of, state = string.match(row, '^(%d+ %d+) (%d+) (%a+)$')
    if state == 'in' then
      redis.call('HSET', KEYS[3], id .. ' dev.' .. chat, times .. ' ' .. of .. ' out')
      if of == gen then
        gone[#gone + 1] = chat
      end
    end
  end
end
if ARGV[4] == '0' then
  gen = string.format('%d', redis.call('HINCRBY', KEYS[2], 'gen', 1))
  if own ~= '' then
    redis.call('HSET', KEYS[3], id .. ' dev.' .. mine, (string.gsub(own, '^(%d+ %d+) %d+ (%a+)$', '%1 ' .. gen .. ' %2')))
  end
end
return keep(KEYS[1], ARGV[5], {'ok', gen, unpack(gone)})
