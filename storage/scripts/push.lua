-- Appends an entry to an outbox. Idempotent by itself: an entry is there once.
-- KEYS: 1 outbox, 2 due
-- ARGV: 1 owner, 2 entry id, 3 at ms, 4 sealed effects
-- Returns: {"ok"}
push(KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[3])
return {'ok'}
