/** The checked-in claims, from the repository's root. */
exports.BOOK = 'docs/generated/conformance.json';

/** Every test of a Jest run that has ended: `{ fullName, status }`. */
exports.endedTests = ({ testResults }) => testResults.flatMap((file) => file.testResults);

/** The suite's own reading and writing of such a book, as built: Jest loads reporters as they are. */
exports.suite = () => require('../../libs/provider-kit/dist/conformance');
