import { describe, expect, it } from 'vitest';
import { html } from '../../src/report/html.js';

describe('html', () => {
  it('escapes what is put into elements and attributes', () => {
    expect(html`<p title="${`"'&`}">${'<script>'}</p>`.text).toBe('<p title="&quot;&#39;&amp;">&lt;script&gt;</p>');
  });

  it('keeps markup, joins lists and leaves null out', () => {
    expect(html`<ul>${['a', '<'].map((each) => html`<li>${each}</li>`)}${null}</ul>`.text).toBe(
      '<ul><li>a</li><li>&lt;</li></ul>',
    );
  });

  it('writes numbers', () => {
    expect(html`${0} ${1.5}`.text).toBe('0 1.5');
  });
});
