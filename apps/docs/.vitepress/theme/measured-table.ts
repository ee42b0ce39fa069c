import { useData } from 'vitepress';
import { defineComponent, h } from 'vue';
import { data } from '../measured.data.js';

const texts = {
  en: {
    operation: 'On one thread',
    note: (date: string, machine: string) => `Median times, measured on ${date} (${machine}).`,
  },
  zh: { operation: '单线程', note: (date: string, machine: string) => `时间为中位数，测于 ${date}（${machine}）。` },
};

/** `<MeasuredTable />`: a few rows of the benchmarks, as they were last measured. */
export const MeasuredTable = defineComponent({
  name: 'MeasuredTable',
  setup() {
    const { lang } = useData();
    return () => {
      const { operation, note } = texts[lang.value.startsWith('zh') ? 'zh' : 'en'];
      const head = [h('th', { scope: 'col' }, operation), ...data.peers.map((peer) => h('th', { scope: 'col' }, peer))];
      const rows = data.rows.map(({ title, times, fastest }) =>
        h('tr', [
          h('th', { scope: 'row' }, title),
          ...times.map((time, index) => h('td', { class: { fastest: index === fastest } }, time ?? '–')),
        ]),
      );
      // It scrolls by itself on narrow screens, for which the keyboard has to reach it.
      return h('div', { class: 'measured', tabindex: 0, role: 'region', 'aria-label': operation }, [
        h('table', [h('thead', h('tr', head)), h('tbody', rows)]),
        h('p', note(data.date, data.machine)),
      ]);
    };
  },
});

/** `<PageWeight />`: what Cenote adds to a page, as it was last measured. */
export const PageWeight = defineComponent({
  name: 'PageWeight',
  setup: () => () => h('span', `${data.kilobytes} kB`),
});
