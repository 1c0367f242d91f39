-- Said before every script. An audited call carries, behind its own keys and arguments: KEYS the chain of its shard, ARGV
-- the mac that the new row continues ("" for the first), and the row.

-- audit appends the row and answers nothing, or {"torn", last row} when another row came between: then the script writes
-- nothing and the caller makes the row anew. It stands before the first write.
local function audit()
  local row, prev = table.remove(ARGV), table.remove(ARGV)
  local chain = table.remove(KEYS)
  local last = redis.call('LINDEX', chain, -1) or ''
  if string.sub(last, -32) ~= prev then
    return {'torn', last}
  end
  redis.call('RPUSH', chain, row)
  return nil
end
