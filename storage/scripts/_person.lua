-- Said before every script. What is stored of a person, by ms where it is a time:
--   accounts  "<id> state|claim|proofed|chat|created|used|uses|checked|lang|sealed|former|wrong|froze", of chats it was used
--             from "<id> was.<chat>", "<id> name.<chat>" and "<id> dev.<chat>" -> "<since> <used> <generation> in|left|out":
--             logged in, out by 退出, or ended from another chat
--   cases     "<no> state|version|account|attempt|submitted|deadline|user|name|claimed|decided|reasons|photos|blobs
--             |risk|evidence|votes|barred|effective|deciders|objected|objector|reopened|leased|notes|order"; "leased" is the
--             version that the reviewer's lease began with
--   quota     "<no>" -> "<day> <account>": one field per counted submission
--   blobs     of the shard: name of a picture -> "draft|case|going <chat> <at ms>", of a case with its number
--   looks     of the shard: when something of a picture is to be looked at: its name, "shown|<no>", "faint|<no>",
--             "prints|<person>"; of a chat's shard: "sent|c<chat>", and "done|c<chat>" when it has submitted
--   person    "gen" generation of logins, "open" number of the case under review, "contest" see _restore,
--             "wait <no> <chat>" -> "<account>": who is called when that case ends

-- states gives the state of each account by id.
local function states(accounts)
  local of = {}
  local all = redis.call('HGETALL', accounts)
  for i = 1, #all, 2 do
    local id = string.match(all[i], '^(%S+) state$')
    if id then
      of[id] = all[i + 1]
    end
  end
  return of
end

-- count looks at the submissions so far: today's, all, and the word of a refusal or "ok".
local function count(quota, day, perday, inall)
  local today, total = 0, 0
  local all = redis.call('HVALS', quota)
  for _, value in ipairs(all) do
    total = total + 1
    if string.match(value, '^%S+') == day then
      today = today + 1
    end
  end
  local word = 'ok'
  if total >= tonumber(inall) then
    word = 'all'
  elseif today >= tonumber(perday) then
    word = 'day'
  end
  return word, today, total
end

-- giveBack forgets the submissions that an account was counted for.
local function giveBack(quota, account)
  local all = redis.call('HGETALL', quota)
  for i = 1, #all, 2 do
    if string.match(all[i + 1], '^%S+ (.*)$') == account then
      redis.call('HDEL', quota, all[i])
    end
  end
end

-- dropPictures makes all pictures of an account due to be taken away: of its cases, and of drafts of its chats. Nothing may
-- take one of them into a case any more.
local function dropPictures(accounts, cases, blobs, looks, account, now)
  local of = {}
  local all = redis.call('HGETALL', cases)
  for i = 1, #all, 2 do
    local no = string.match(all[i], '^(%S+) account$')
    if no and all[i + 1] == account then
      of[no] = true
    end
  end
  local chats = {}
  for _, field in ipairs(redis.call('HKEYS', accounts)) do
    local id, chat = string.match(field, '^(%S+) was%.(%-?%d+)$')
    if id == account then
      chats[chat] = true
    end
  end
  all = redis.call('HGETALL', blobs)
  for i = 1, #all, 2 do
    local state, chat, at, no = string.match(all[i + 1], '^(%S+) (%S+) (%S+) ?(.*)$')
    if state ~= 'going' and (of[no] or (no == '' and chats[chat])) then
      redis.call('HSET', blobs, all[i], 'going ' .. chat .. ' ' .. at .. (no ~= '' and ' ' .. no or ''))
      redis.call('ZADD', looks, now, all[i])
    end
  end
end
