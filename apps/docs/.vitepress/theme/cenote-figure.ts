import { useData } from 'vitepress';
import { defineComponent, h, onBeforeUnmount, onMounted, ref } from 'vue';
import type { FigureContext } from '../../src/figure.js';
import { figures } from '../../src/figures/registry.js';

/** Pixels before the viewport at which a figure is fetched, so that it is there when the reader is. */
const nearby = '400px';

/**
 * `<CenoteFigure name="…" height="420" narrow-height="700">what it shows, in words</CenoteFigure>`
 *
 * The words stay until the figure is near the viewport and has loaded; without script they are what there is. The
 * heights, in pixels on wide and narrow screens, are reserved meanwhile, so that the page does not jump. Attributes
 * `option-…` reach the figure as its options.
 */
export const CenoteFigure = defineComponent({
  name: 'CenoteFigure',
  inheritAttrs: false,
  props: {
    name: { type: String, required: true },
    height: { type: String, default: '320' },
    narrowHeight: { type: String, default: undefined },
  },
  setup(props, { slots, attrs }) {
    const { lang } = useData();
    const root = ref<HTMLElement>();
    const state = ref<'waiting' | 'loading' | 'live' | 'failed'>('waiting');
    const failure = ref('');
    let dispose: (() => void) | undefined;
    let observer: IntersectionObserver | undefined;
    let gone = false;

    function context(): FigureContext {
      const options: Record<string, string> = {};
      for (const [name, value] of Object.entries(attrs)) {
        if (name.startsWith('option-')) options[name.slice('option-'.length)] = String(value);
      }
      return { locale: lang.value.startsWith('zh') ? 'zh' : 'en', options };
    }

    async function load(): Promise<void> {
      if (state.value !== 'waiting') return;
      state.value = 'loading';
      try {
        const load = figures[props.name];
        if (load === undefined) throw new Error(`There is no figure named ${props.name}.`);
        const { mount } = await load();
        if (gone || root.value === undefined) return;
        dispose = mount(root.value, context());
        state.value = 'live';
      } catch (error) {
        state.value = 'failed';
        failure.value = error instanceof Error ? error.message : String(error);
      }
    }

    onMounted(() => {
      if (root.value?.parentElement == null) return;
      observer = new IntersectionObserver(
        (entries) => {
          if (!entries.some((entry) => entry.isIntersecting)) return;
          observer?.disconnect();
          void load();
        },
        { rootMargin: nearby },
      );
      observer.observe(root.value.parentElement);
    });
    onBeforeUnmount(() => {
      gone = true;
      observer?.disconnect();
      dispose?.();
    });

    return () => {
      const style = {
        '--figure-height': `${props.height}px`,
        '--figure-height-narrow': `${props.narrowHeight ?? props.height}px`,
      };
      return h('div', { class: 'cenote-figure', 'data-figure': props.name, 'data-state': state.value, style }, [
        h('div', { class: 'cenote-figure-words', hidden: state.value === 'live' }, slots.default?.()),
        state.value === 'failed' ? h('p', { class: 'c-error', role: 'alert' }, failure.value) : null,
        h('div', { ref: root, class: 'cenote-figure-root' }),
      ]);
    };
  },
});
