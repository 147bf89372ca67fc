/**
 * Scripts that write a file of the repository from another one. With `--check`, those that take it change nothing and exit
 * 1 when the file is not what they would write; of the others a test looks after the file.
 */
export const GENERATORS = [
  { script: 'libs/config/dist/generate-docs.js', name: 'generated configuration documents', takesCheck: true },
  { script: 'libs/providers/dist/generate-docs.js', name: 'generated provider table', takesCheck: false },
  { script: 'libs/domain/scripts/generate-error-table.mjs', name: 'generated error table', takesCheck: true },
  { script: 'libs/catalog/scripts/generate-price-seed.mjs', name: 'generated price list', takesCheck: true },
  { script: 'libs/catalog/scripts/generate-facts-seed.mjs', name: 'generated facts about models', takesCheck: true },
];
