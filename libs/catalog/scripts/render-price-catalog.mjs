const USD_PER_PICO = 1e-12;
/** LiteLLM's names of what a `SeedRates` tuple has, in its order. */
const RATE_NAMES = [
  'input_cost_per_token',
  'output_cost_per_token',
  'cache_read_input_token_cost',
  'cache_creation_input_token_cost',
];
/** The same for `UnitPrices`. */
const UNIT_NAMES = {
  audioInputTokens: 'input_cost_per_audio_token',
  audioOutputTokens: 'output_cost_per_audio_token',
  imageInputTokens: 'input_cost_per_image_token',
  imageOutputTokens: 'output_cost_per_image_token',
};

/**
 * docs/price-catalog.json: the price list that comes with the gateway, for people and for programs that want it without the
 * gateway. By the source's names of providers and models, prices by LiteLLM's names in USD; a model whose price depends on the
 * time has a list. A line for each model, so that changes can be read.
 */
export function renderPriceCatalog({ version, publishedOn, providers }) {
  const head = {
    version,
    last_updated: publishedOn,
    currency: 'USD',
    sources: [
      { name: '@pydantic/genai-prices', version, url: 'https://github.com/pydantic/genai-prices', license: 'MIT' },
    ],
    refreshed: 'with each new version of the source that the gateway takes up; see docs/prices.md',
  };
  const blocks = providers.map(({ id, models }) => {
    // Of models of one name the first counts, as in the gateway.
    const named = new Map([...models].reverse().map((model) => [model.id, model.periods.map(describePeriod)]));
    const lines = [...named]
      .reverse()
      .map(
        ([model, prices]) =>
          `      ${JSON.stringify(model)}: ${JSON.stringify(prices.length === 1 ? prices[0] : prices)}`,
      );
    return `    ${JSON.stringify(id)}: {\n${lines.join(',\n')}\n    }`;
  });
  const opened = JSON.stringify(head, null, 2).slice(0, -'\n}'.length);
  return `${opened},\n  "providers": {\n${blocks.join(',\n')}\n  }\n}\n`;
}

function describePeriod({ rates, units, tiers, fromDay, dailyUtcMinutes }) {
  return {
    ...describeRates(rates, ''),
    ...Object.assign(
      {},
      ...(tiers ?? []).map(([above, own]) => describeRates(own, `_above_${thousands(above)}k_tokens`)),
    ),
    ...describeUnits(units ?? {}),
    ...(fromDay !== undefined && { valid_from: fromDay }),
    ...(dailyUtcMinutes !== undefined && { daily_utc: dailyUtcMinutes.map(timeOfDay) }),
  };
}

function describeRates(rates, suffix) {
  const said = RATE_NAMES.map((name, index) => [`${name}${suffix}`, rates[index]]);
  return Object.fromEntries(said.filter(([, pico]) => pico !== null).map(([name, pico]) => [name, usd(pico)]));
}

/** The price of sound by its length is of a second, though it is counted in milliseconds. */
function describeUnits({ audioInputMs, ...units }) {
  const said = Object.entries(units).map(([unit, pico]) => {
    if (!Object.hasOwn(UNIT_NAMES, unit)) throw new Error(`a unit without a name in the catalogue: ${unit}`);
    return [UNIT_NAMES[unit], usd(pico)];
  });
  if (audioInputMs !== undefined) said.push(['input_cost_per_second', usd(audioInputMs)]);
  return Object.fromEntries(said);
}

/** Without the noise of floating point: prices have far fewer digits. */
function usd(pico) {
  return Number((pico * USD_PER_PICO).toPrecision(12));
}

/** The source writes "from 272,000 on" as "above 271,999"; one token is not worth another name. */
function thousands(tokens) {
  const rounded = Math.round(tokens / 1_000);
  if (Math.abs(rounded * 1_000 - tokens) > 1) throw new Error(`a threshold that is no whole thousand: ${tokens}`);
  return rounded;
}

function timeOfDay(minutes) {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
