-- Sets a timer of a chat. Idempotent by itself.
-- KEYS: 1 due, 2 timers
-- ARGV: 1 owner, 2 name, 3 when ms, 4 entry id, 5 sealed effects
-- Returns: {"ok"}
wake(KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5])
return {'ok'}
