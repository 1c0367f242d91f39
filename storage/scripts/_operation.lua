-- Said before every script. An operation id is a key whose value is the answer of the first run, for 48 h: the same id
-- gets the same answer and nothing is done again. Answers are lists of strings, kept as JSON; sealed bytes are never in
-- them. A refusal that wrote nothing is not kept, but for window's, which may have set a block.

local function seen(key)
  local was = redis.call('GET', key)
  if was then
    return cjson.decode(was)
  end
  return nil
end

local function keep(key, ttl, answer)
  redis.call('SET', key, cjson.encode(answer), 'PX', ttl)
  return answer
end
