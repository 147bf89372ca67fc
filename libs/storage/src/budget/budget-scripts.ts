import { RedisScript } from '../redis-script';

/**
 * What Redis keeps of one budget. KEYS of every script: for each budget a hash and a sorted set.
 *
 * Hash: `life` (the process that it was made in) and `epoch` (that, and a number of its own: what was lost and made anew is
 * another one); what the ledger said last: `version`, `granted`, `confirmed`, `elsewhere`, `until`, `left`, with the `limit` it
 * was asked for and when (`learnt`); sums of what is not confirmed: `held`, `provisional`, `spent`; and a record for each
 * provider call that one of these sums has (`r:CALL` = `STATE:AMOUNT:SINCE`).
 * Sorted set: the calls that are reserved or dispatched, by the end of their lease, and those that are withdrawn, by the
 * end of that.
 *
 *     reserved R ──dispatch──▶ dispatched D ──settle──▶ spent S ──confirm──▶ (the ledger has it)
 *        │ lease over, release       │ lease over                          ▲
 *        ▼                           ▼                                     │
 *     (nothing)                   provisional P ──settle, renew──▶ S, D ───┴── confirm
 *
 * From R, D and P, and from nothing, whoever asked and got no answer withdraws the call (V): it holds nothing, and the
 * question must not be granted when it comes after all.
 *
 * Redis's own clock is the only one. Its `run_id` is asked in the script: a client can learn too late that there is
 * another server behind its connection. One script has many steps, which pay for that together.
 */
const SCRIPT_CLOCK = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local life = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
`;

/**
 * A budget is read once in a script, when it is first spoken of, and written once, at its end: `opened` has it meanwhile,
 * with the records and leases that were asked for or changed. Nothing is written before `save`.
 */
const BUDGETS = `
local FIELDS = { 'version', 'granted', 'confirmed', 'elsewhere', 'until', 'left', 'limit', 'learnt', 'held',
  'provisional', 'spent' }
local SUM = { R = 'held', D = 'held', V = 'held', P = 'provisional', S = 'spent' }
local DAY = 86400000
local PIECE = 1000
local opened = {}
local function whole(n) return string.format('%.0f', n) end
local function open(index)
  local budget = opened[index]
  if budget then return budget end
  local key = KEYS[2 * index - 1]
  local found = redis.call('HMGET', key, 'life', 'epoch', unpack(FIELDS))
  budget = {
    key = key, leases = KEYS[2 * index], records = {}, dirty = {}, leaseOf = {}, found = found, isSwept = false,
    isAlive = found[1] == life, epoch = found[2], version = tonumber(found[3] or 0), granted = tonumber(found[4] or 0),
    confirmed = tonumber(found[5] or 0), elsewhere = tonumber(found[6] or 0), ['until'] = tonumber(found[7] or 0),
    left = tonumber(found[8] or 0), limit = tonumber(found[9] or 0), learnt = tonumber(found[10] or 0),
    held = tonumber(found[11] or 0), provisional = tonumber(found[12] or 0), spent = tonumber(found[13] or 0),
  }
  opened[index] = budget
  return budget
end
local function begin(budget, number)
  if budget.isAlive then return end
  redis.call('DEL', budget.key, budget.leases)
  budget.isAlive, budget.epoch, budget.records = true, string.sub(life, 1, 12) .. '.' .. number, {}
  for _, field in ipairs(FIELDS) do budget[field] = 0 end
  budget.found = {}
  redis.call('HSET', budget.key, 'life', life, 'epoch', budget.epoch)
end
local function record(budget, call)
  local known = budget.records[call]
  if known == nil then
    local text = redis.call('HGET', budget.key, 'r:' .. call)
    known = false
    if text then
      local state, amount = string.match(text, '^(%a):(%d+)')
      known = { state, tonumber(amount) }
    end
    budget.records[call] = known
  end
  if known then return known[1], known[2] end
  return nil, 0
end
local function put(budget, call, state, amount)
  local before, had = record(budget, call)
  if before then budget[SUM[before]] = budget[SUM[before]] - had end
  if state then budget[SUM[state]] = budget[SUM[state]] + amount end
  budget.records[call] = state and { state, amount } or false
  budget.dirty[call] = true
end
local function lease(budget, call, till) budget.leaseOf[call] = till end
local function sweep(budget)
  if budget.isSwept then return end
  budget.isSwept = true
  for _, call in ipairs(redis.call('ZRANGEBYSCORE', budget.leases, '-inf', now, 'LIMIT', 0, 100)) do
    if budget.leaseOf[call] == nil then
      local state, amount = record(budget, call)
      if state == 'R' or state == 'V' then put(budget, call, nil) end
      if state == 'D' then put(budget, call, 'P', amount) end
      lease(budget, call, false)
    end
  end
end
local function learn(budget, at)
  if tonumber(ARGV[at + 1]) < budget.version then return false end
  budget.version, budget.granted = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  budget.confirmed, budget.elsewhere = tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4])
  budget['until'] = math.max(budget['until'], tonumber(ARGV[at + 5]))
  return true
end
local function inPieces(command, key, values)
  for at = 1, #values, PIECE do
    redis.call(command, key, unpack(values, at, math.min(at + PIECE - 1, #values)))
  end
end
local function save()
  for _, budget in pairs(opened) do
    if budget.isAlive then
      local set, gone, leased, ended = {}, {}, {}, {}
      for at, field in ipairs(FIELDS) do
        if budget[field] ~= tonumber(budget.found[at + 2] or 0) then
          set[#set + 1] = field
          set[#set + 1] = whole(budget[field])
        end
      end
      for call in pairs(budget.dirty) do
        local known = budget.records[call]
        if known then
          set[#set + 1] = 'r:' .. call
          set[#set + 1] = known[1] .. ':' .. whole(known[2]) .. ':' .. whole(now)
        else
          gone[#gone + 1] = 'r:' .. call
        end
      end
      for call, till in pairs(budget.leaseOf) do
        if till then leased[#leased + 1] = whole(till); leased[#leased + 1] = call else ended[#ended + 1] = call end
      end
      inPieces('HSET', budget.key, set)
      inPieces('HDEL', budget.key, gone)
      inPieces('ZADD', budget.leases, leased)
      inPieces('ZREM', budget.leases, ended)
      if #leased > 0 then
        redis.call('PEXPIRE', budget.key, DAY)
        redis.call('PEXPIRE', budget.leases, DAY)
      end
    end
  end
end
`;

/**
 * Many steps, one after the other. ARGV: a new epoch's number, lease, how long the ledger's no is believed, how long a
 * withdrawn question may still be on its way; then the steps, each as its name, a call, an amount, how many budgets it is
 * about, and for each its number among KEYS and a word:
 *
 * - `R` reserves and `D` dispatches, the word being the limit. Dispatching turns what was reserved for the call into what it
 *   may cost, and reserves it where nothing is (any more). Answers 0, 3 when the call is over, {1, then place, epoch and shortage
 *   of each budget that the ledger must be asked for}, or {2, place of a budget, spent, held} when it does not fit.
 * - `L`, before one of these, with what the ledger has just said as seven words more: epoch, version, granted, confirmed,
 *   elsewhere, until, left; the first word is the limit that it was asked for.
 * - `K` keeps a dispatched call for another lease, the word being the epoch, as in all that follow. Answers how many budgets
 *   have closed the books on the call: nobody is to go on.
 * - `S` settles: what the call cost. Counts once; what nobody called, or nobody knows, changes nothing.
 * - `X` gives back what was not dispatched: the rest may be on a provider's bill.
 * - `V` withdraws. What was settled stays so.
 *
 * Returns the answers, and before them the epochs of the budgets.
 */
const STEPS = `
local number, leaseMs, believedMs, withdrawnMs = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local function hold(mode, call, amount, at, count)
  local short, denied, states = { 1 }, nil, {}
  for place = 1, count do
    local budget, limit = open(tonumber(ARGV[at + 2 * place - 1])), tonumber(ARGV[at + 2 * place])
    begin(budget, number)
    sweep(budget)
    local state, had = record(budget, call)
    if state == 'P' or state == 'S' or state == 'V' then return 3 end
    states[place] = state or 'none'
    local need = amount
    if state == mode or state == 'D' then need = 0 elseif state then need = math.max(0, amount - had) end
    if need > 0 or not state then
      local held = budget.held + budget.provisional
      local spent = budget.confirmed + budget.spent
      local missing = math.max(0, spent + held + need - budget.granted)
      local isOver = budget.elsewhere + spent + held + need > limit
      if missing > 0 or isOver or now >= budget['until'] then
        local isFresh = now - budget.learnt < believedMs and budget.limit == limit
        if isFresh and (isOver or missing > budget.left) then
          denied = denied or { 2, place, budget.elsewhere + spent, held }
        else
          for _, value in ipairs({ place, budget.epoch, whole(missing) }) do short[#short + 1] = value end
        end
      end
    end
  end
  if denied then return denied end
  if #short > 1 then return short end
  for place = 1, count do
    local budget = open(tonumber(ARGV[at + 2 * place - 1]))
    if states[place] == 'none' or (states[place] == 'R' and mode == 'D') then put(budget, call, mode, amount) end
    lease(budget, call, now + leaseMs)
  end
  return 0
end
local function settle(budget, call, cost)
  local state = record(budget, call)
  if state == 'D' or state == 'P' then
    put(budget, call, cost > 0 and 'S' or nil, cost)
    lease(budget, call, false)
  end
end
local function keep(budget, call)
  local state, amount = record(budget, call)
  if state == 'P' then put(budget, call, 'D', amount) end
  if state == 'P' or state == 'D' then lease(budget, call, now + leaseMs) return 0 end
  return 1
end
local function release(budget, call)
  if record(budget, call) == 'R' then
    put(budget, call, nil)
    lease(budget, call, false)
  end
end
local function withdraw(budget, call)
  begin(budget, number)
  if record(budget, call) ~= 'S' then
    put(budget, call, 'V', 0)
    lease(budget, call, now + withdrawnMs)
  end
end
local answers, at = { {} }, 5
while at <= #ARGV do
  local name, call, amount, count = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  at = at + 3
  local answer = 0
  if name == 'R' or name == 'D' then
    answer = hold(name, call, amount, at, count)
  else
    for place = 1, count do
      local budget, word = open(tonumber(ARGV[at + 2 * place - 1])), ARGV[at + 2 * place]
      local isEpoch = budget.isAlive and budget.epoch == word
      if name == 'V' then withdraw(budget, call) end
      if name == 'L' and budget.isAlive and budget.epoch == ARGV[at + 3] and learn(budget, at + 3) then
        budget.left, budget.limit, budget.learnt = tonumber(ARGV[at + 9]), tonumber(word), now
      end
      if isEpoch and name == 'K' then answer = answer + keep(budget, call) end
      if isEpoch and name == 'S' then settle(budget, call, amount) end
      if isEpoch and name == 'X' then release(budget, call) end
    end
  end
  at = at + 2 * count + 1
  if name == 'L' then at = at + 7 else answers[#answers + 1] = answer end
end
save()
for index = 1, #KEYS / 2 do answers[1][index] = opened[index] and opened[index].epoch or '' end
return answers
`;

/** One budget. ARGV: what the ledger says (epoch, version, granted, confirmed, elsewhere, until), then calls whose cost is in it. */
const CONFIRM = `
local budget = open(1)
if not (budget.isAlive and budget.epoch == ARGV[1]) then return 0 end
learn(budget, 1)
for at = 7, #ARGV do
  local state = record(budget, ARGV[at])
  if state then put(budget, ARGV[at], nil) end
  if state and state ~= 'S' then lease(budget, ARGV[at], false) end
end
save()
return 1
`;

/**
 * One budget. Returns its epoch, version, confirmed, held, provisional and spent, then call, state, amount and age of each
 * call that waits for the ledger; or nothing where there is no such budget.
 */
const INSPECT = `
local budget = open(1)
if not budget.isAlive then return {} end
sweep(budget)
save()
local found = { budget.epoch }
for _, field in ipairs({ 'version', 'confirmed', 'held', 'provisional', 'spent' }) do
  found[#found + 1] = whole(budget[field])
end
local all = redis.call('HGETALL', KEYS[1])
for at = 1, #all, 2 do
  local call = string.match(all[at], '^r:(.+)$')
  local state, amount, since = string.match(all[at + 1], '^([PS]):(%d+):(%d+)$')
  if call and state then
    for _, value in ipairs({ call, state, amount, whole(now - since) }) do found[#found + 1] = value end
  end
end
return found
`;

const TEXTS = { STEPS, CONFIRM, INSPECT } as const;
export type BudgetScriptName = keyof typeof TEXTS;
export type BudgetScripts = Readonly<Record<BudgetScriptName, RedisScript>>;

/** `edit` is for tests: they put a clock of their own in, and faults that they must find. */
export function budgetScripts(edit: (text: string, name: BudgetScriptName) => string = (text) => text): BudgetScripts {
  const scripts = Object.entries(TEXTS).map(([name, text]) => {
    const whole = edit(`${SCRIPT_CLOCK}${BUDGETS}${text}`, name as BudgetScriptName);
    return [name, new RedisScript(whole)] as const;
  });
  return Object.fromEntries(scripts) as unknown as BudgetScripts;
}
