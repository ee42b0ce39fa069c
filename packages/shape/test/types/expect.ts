/** Whether two types are the same, and not just assignable to each other: `any` equals nothing else. Labels of tuples do not count. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Does not compile unless the type is `true`. */
export declare function expectType<T extends true>(): T;
