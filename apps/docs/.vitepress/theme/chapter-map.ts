import { useData, withBase } from 'vitepress';
import { defineComponent, h } from 'vue';
import { chapter, chapterLink } from '../chapter.js';

/** `<ChapterMap />`: the pages of the chapter with what each lets a reader do. */
export const ChapterMap = defineComponent({
  name: 'ChapterMap',
  setup() {
    const { lang } = useData();
    return () => {
      const locale = lang.value.startsWith('zh') ? 'zh' : 'en';
      const entries = chapter
        .filter(({ page }) => page !== 'index')
        .map((entry) =>
          h('li', [
            h('a', { href: withBase(chapterLink(entry, locale)) }, entry.title[locale]),
            h('span', entry.promise[locale]),
          ]),
        );
      return h('ol', { class: 'chapter-map' }, entries);
    };
  },
});
