import { RedisScript } from '../redis-script';

/** Redis's own clock is the only one, so that all who share a quota have the same. */
const CLOCK = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * What was used of a quota is counted in pieces of the window: each counts until all that it has is a whole window old, so
 * that no window ever has more than the limit, and what is used counts for up to a 120th of the window longer than it must. Nobody
 * is told to wait for longer than a window all the same: clients do not believe more than a minute.
 */
const PIECES = 120;

/**
 * Many steps, one after the other. KEYS: for each quota a hash and its places (sorted set of call ids by the milliseconds they
 * are held until). Hash: `made` (when it was, in microseconds), `calls` and `tokens` (sums of the window), `first` (start of its
 * oldest piece, or 0), and `cSTART` and `tSTART` (calls and tokens of the piece that starts then). It is read once in a script,
 * when it is first spoken of, and written once, at its end.
 *
 * ARGV: window, lease; then the steps, each as its name, a call id, tokens asked for, tokens used, how many quotas it is about,
 * and for each its number among KEYS, most calls, tokens and places (-1: no such limit), and when its hash was made:
 *
 * - `T` takes from all quotas or from none; `L` looks what that would say. Answers which quota refuses (from 1; 0: none), by
 *   which limit (1 calls, 2 tokens, 3 places), milliseconds until there may be room; then for each quota, after this call where
 *   it was taken: calls, milliseconds until the oldest stops counting, tokens, milliseconds until the oldest stop counting, places,
 *   and when its hash was made. The refusal that lasts longest is told.
 * - `S` settles what was taken: the place is free, and the tokens are what was used (-1: there was no call after all). It names,
 *   before its quotas, the piece that it was counted in (0: it was not). A call that outlasted its window, or Redis's memory, counts
 *   now with what it used beyond what it had asked for.
 *
 * Returns the piece of now, and the answers.
 */
export const STEPS = new RedisScript(`${CLOCK}
local window, lease = tonumber(ARGV[1]), tonumber(ARGV[2])
local length = math.max(1, math.floor(window / ${PIECES}))
local piece = now - now % length
local PIECE = 1000
local opened = {}
local function whole(n) return string.format('%.0f', n) end
local function isOver(start) return start + length + window <= now end
local function untilOver(start) return math.min(window, start + length + window - now) end
local function inPieces(command, key, values)
  for at = 1, #values, PIECE do
    redis.call(command, key, unpack(values, at, math.min(at + PIECE - 1, #values)))
  end
end
local function forget(quota)
  local all, gone = redis.call('HGETALL', quota.key), {}
  quota.calls, quota.tokens, quota.first, quota.isChanged = 0, 0, 0, true
  for at = 1, #all, 2 do
    local kind, text = string.match(all[at], '^([ct])(%d+)$')
    if kind then
      local start, amount = tonumber(text), tonumber(all[at + 1])
      if isOver(start) then
        gone[#gone + 1] = all[at]
      else
        if kind == 'c' then quota.calls = quota.calls + amount else quota.tokens = quota.tokens + amount end
        if quota.first == 0 or start < quota.first then quota.first = start end
      end
    end
  end
  inPieces('HDEL', quota.key, gone)
end
local function open(index)
  local quota = opened[index]
  if quota then return quota end
  quota = { key = KEYS[2 * index - 1], places = KEYS[2 * index], more = {}, leaseOf = {} }
  local found = redis.call('HMGET', quota.key, 'made', 'calls', 'tokens', 'first')
  quota.made = tonumber(found[1] or time[1] * 1000000 + time[2])
  quota.calls, quota.tokens = tonumber(found[2] or 0), tonumber(found[3] or 0)
  quota.first = tonumber(found[4] or 0)
  opened[index] = quota
  if quota.first > 0 and isOver(quota.first) then forget(quota) end
  return quota
end
local function heldOf(quota)
  if not quota.held then
    redis.call('ZREMRANGEBYSCORE', quota.places, '-inf', now)
    quota.held = redis.call('ZCARD', quota.places)
  end
  return quota.held
end
local function hold(quota, id)
  quota.leaseOf[id], quota.held = now + lease, quota.held + 1
end
local function free(quota, id)
  local freed = 1
  if quota.leaseOf[id] then quota.leaseOf[id] = nil else freed = redis.call('ZREM', quota.places, id) end
  if quota.held then quota.held = quota.held - freed end
end
local function count(quota, start, calls, tokens)
  local text = whole(start)
  quota.more['c' .. text] = (quota.more['c' .. text] or 0) + calls
  quota.more['t' .. text] = (quota.more['t' .. text] or 0) + tokens
  quota.calls, quota.tokens, quota.isChanged = quota.calls + calls, quota.tokens + tokens, true
  if quota.first == 0 or start < quota.first then quota.first = start end
end
local function startsOf(quota)
  if not quota.starts then
    local known = {}
    quota.starts, quota.amounts = {}, {}
    local all = redis.call('HGETALL', quota.key)
    for at = 1, #all, 2 do
      local text = string.match(all[at], '^[ct](%d+)$')
      if text then quota.amounts[all[at]], known[text] = tonumber(all[at + 1]), true end
    end
    known[whole(piece)] = true
    for text in pairs(known) do quota.starts[#quota.starts + 1] = tonumber(text) end
    table.sort(quota.starts)
  end
  return quota.starts
end
local function waitFor(quota, kind, amount)
  for _, start in ipairs(startsOf(quota)) do
    local field = kind .. whole(start)
    amount = amount - (quota.amounts[field] or 0) - (quota.more[field] or 0)
    if amount <= 0 then return untilOver(start) end
  end
  return window
end
local function leaving(quota, sum)
  return sum > 0 and quota.first > 0 and untilOver(quota.first) or window
end
local function take(id, asked, at, quotas, isLook)
  local answer = { 0, 0, 0 }
  local function refuse(place, limit, wait)
    if answer[1] == 0 or wait > answer[3] then answer[1], answer[2], answer[3] = place, limit, wait end
  end
  for place = 1, quotas do
    local limit, told = at + 5 * place - 4, 6 * place - 2
    local quota = open(tonumber(ARGV[limit]))
    local calls, tokens, places = tonumber(ARGV[limit + 1]), tonumber(ARGV[limit + 2]), tonumber(ARGV[limit + 3])
    local held = places >= 0 and heldOf(quota) or 0
    if places >= 0 and held >= places then refuse(place, 3, 1000) end
    if calls >= 0 and quota.calls >= calls then refuse(place, 1, waitFor(quota, 'c', quota.calls - calls + 1)) end
    if tokens >= 0 then
      local over = quota.tokens + math.min(asked, tokens) - tokens
      if over > 0 or tokens == 0 then refuse(place, 2, waitFor(quota, 't', over)) end
    end
    answer[told], answer[told + 1] = quota.calls, leaving(quota, quota.calls)
    answer[told + 2], answer[told + 3] = quota.tokens, leaving(quota, quota.tokens)
    answer[told + 4], answer[told + 5] = held, quota.made
  end
  if answer[1] > 0 or isLook then return answer end
  for place = 1, quotas do
    local limit, told = at + 5 * place - 4, 6 * place - 2
    local quota = open(tonumber(ARGV[limit]))
    local calls, tokens = tonumber(ARGV[limit + 1]) >= 0 and 1 or 0, tonumber(ARGV[limit + 2])
    local taken = tokens >= 0 and math.min(asked, tokens) or 0
    if calls > 0 or tokens >= 0 then count(quota, piece, calls, taken) end
    answer[told], answer[told + 2] = quota.calls, quota.tokens
    if ARGV[limit + 3] ~= '-1' then
      hold(quota, id)
      answer[told + 4] = quota.held
    end
  end
  return answer
end
local function settle(id, asked, used, at, quotas)
  local start = tonumber(ARGV[at])
  for place = 1, quotas do
    local limit = at + 5 * place - 4
    local quota = open(tonumber(ARGV[limit]))
    local tokens = tonumber(ARGV[limit + 2])
    local taken = tokens >= 0 and math.min(asked, tokens) or 0
    if ARGV[limit + 3] ~= '-1' then free(quota, id) end
    if start > 0 and not isOver(start) and quota.made == tonumber(ARGV[limit + 4]) then
      local calls = used < 0 and ARGV[limit + 1] ~= '-1' and -1 or 0
      local more = tokens >= 0 and math.max(used, 0) - taken or 0
      if calls ~= 0 or more ~= 0 then count(quota, start, calls, more) end
    elseif start > 0 and tokens >= 0 and used > taken then
      count(quota, piece, 0, used - taken)
    end
  end
  return 0
end
local function save()
  for _, quota in pairs(opened) do
    if quota.isChanged then
      for field, amount in pairs(quota.more) do
        if amount ~= 0 then redis.call('HINCRBY', quota.key, field, whole(amount)) end
      end
      redis.call('HSET', quota.key, 'made', whole(quota.made), 'calls', whole(quota.calls), 'tokens', whole(quota.tokens),
        'first', whole(quota.first))
      redis.call('PEXPIRE', quota.key, 2 * window)
    end
    local held = {}
    for id, till in pairs(quota.leaseOf) do
      held[#held + 1] = whole(till)
      held[#held + 1] = id
    end
    inPieces('ZADD', quota.places, held)
    if #held > 0 then redis.call('PEXPIRE', quota.places, 2 * lease) end
  end
end
local answers, at = { piece }, 3
while at <= #ARGV do
  local name, id, asked, used, quotas = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4])
  at = at + 5
  if name == 'S' then
    answers[#answers + 1] = settle(id, asked, used, at, quotas)
  else
    answers[#answers + 1] = take(id, asked, at, quotas, name == 'L')
  end
  at = at + 1 + 5 * quotas
end
save()
return answers
`);

/**
 * KEYS: places. ARGV: lease, most places, call ids. Takes places anew that were lost (with Redis's memory, or because
 * their holder stood still), as far as there is room.
 */
export const RENEW = new RedisScript(`${CLOCK}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local taken = redis.call('ZCARD', KEYS[1])
for at = 3, #ARGV do
  local isHeld = redis.call('ZSCORE', KEYS[1], ARGV[at])
  if isHeld or taken < tonumber(ARGV[2]) then
    redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[at])
    if not isHeld then taken = taken + 1 end
  end
end
redis.call('PEXPIRE', KEYS[1], 2 * ARGV[1])
return taken
`);

/** KEYS: who shares (sorted set by the milliseconds until which it counts). ARGV: lease, who. Returns how many there are. */
export const COUNT_SHARERS = new RedisScript(`${CLOCK}
redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('PEXPIRE', KEYS[1], 2 * ARGV[1])
return redis.call('ZCARD', KEYS[1])
`);
