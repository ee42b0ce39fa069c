import { decisionRecords } from '../../../src/reference/decision-records.js';

/** One page for each decision record, made from the file in the repository. */
export default {
  watch: ['../../../../../docs/decisions/*.md'],
  paths: () => decisionRecords().map(({ name, content }) => ({ params: { name }, content })),
};
