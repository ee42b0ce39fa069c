import picocolors from 'picocolors';
import { expect, it } from 'vitest';
import { evaluationText } from '../src/text-report.js';
import { fixture } from './fixture.js';

const plain = picocolors.createColors(false);

it('has accuracy, scores and confusion matrix within 80 columns', () => {
  const text = evaluationText(fixture.evaluation!, fixture.data.classNames, plain);
  for (const line of text.split('\n')) expect(line.length).toBeLessThan(80);
  expect(text).toContain('Test accuracy 97.0%  (970 of 1,000, loss 0.1234)');
  expect(text).toMatch(/^ 3 +100 +97\.0% +97\.0% +0\.970$/m);
  expect(text).toMatch(/^ 0 +97( +\.){4} +3( +\.){4}$/m);
});

it('numbers the classes when their names are long', () => {
  const names = fixture.data.classNames.map((_, index) => `a long name ${index}`);
  const text = evaluationText(fixture.evaluation!, names, plain);
  for (const line of text.split('\n')) expect(line.length).toBeLessThan(80);
  expect(text).toMatch(/^ 3 a long name 3 +100 /m);
});
