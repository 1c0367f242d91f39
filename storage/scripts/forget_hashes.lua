-- Forgets what is stored of a case's pictures. Idempotent by itself.
-- KEYS: 1 cases, 2 looks
-- ARGV: 1 no
-- Returns: {"ok"}
redis.call('HDEL', KEYS[1], ARGV[1] .. ' photos', ARGV[1] .. ' blobs')
redis.call('ZREM', KEYS[2], 'faint|' .. ARGV[1])
return {'ok'}
