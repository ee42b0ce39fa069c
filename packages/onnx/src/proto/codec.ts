import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { decodeUtf8 } from './utf8.js';

/** One field of a message: how it is read and written. */
export interface Field<T> {
  readonly number: number;
  /** The value of a field that is not there. */
  initial(): T;
  /** The value after one more occurrence of the field. */
  merge(reader: BinaryReader, wireType: WireType, value: T): T;
  write(writer: BinaryWriter, value: T): void;
}

/** The fields of a message by name. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

/** The message that has these fields. */
export type MessageOf<F extends Fields> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** How one element of a type is read and written. */
interface Codec<T> {
  readonly wireType: WireType;
  readonly none: T;
  read(reader: BinaryReader): T;
  write(writer: BinaryWriter, value: T): void;
}

const codecs = {
  int64: {
    wireType: WireType.Varint,
    none: 0n,
    read: (reader) => BigInt(reader.int64()),
    write: (writer, value) => void writer.int64(value),
  } satisfies Codec<bigint>,
  int32: {
    wireType: WireType.Varint,
    none: 0,
    read: (reader) => reader.int32(),
    write: (writer, value) => void writer.int32(value),
  } satisfies Codec<number>,
  float: {
    wireType: WireType.Bit32,
    none: 0,
    read: (reader) => reader.float(),
    write: (writer, value) => void writer.float(value),
  } satisfies Codec<number>,
  double: {
    wireType: WireType.Bit64,
    none: 0,
    read: (reader) => reader.double(),
    write: (writer, value) => void writer.double(value),
  } satisfies Codec<number>,
  string: {
    wireType: WireType.LengthDelimited,
    none: '',
    read: (reader) => decodeUtf8(reader.bytes()),
    write: (writer, value) => void writer.string(value),
  } satisfies Codec<string>,
  bytes: {
    wireType: WireType.LengthDelimited,
    none: new Uint8Array(0),
    read: (reader) => reader.bytes(),
    write: (writer, value) => void writer.bytes(value),
  } satisfies Codec<Uint8Array>,
};

type Scalars = { readonly [K in keyof typeof codecs]: (typeof codecs)[K] extends Codec<infer T> ? T : never };

function codecOf<K extends keyof Scalars>(type: K): Codec<Scalars[K]>;
function codecOf(type: keyof Scalars): unknown {
  return codecs[type];
}

function expectWireType(actual: WireType, expected: WireType): void {
  if (actual !== expected) throw new Error(`wire type ${actual} where ${expected} belongs`);
}

/** A field with one value, or its type's zero when it is not there. */
export function single<K extends keyof Scalars>(type: K, number: number): Field<Scalars[K]> {
  const { wireType, none, read, write } = codecOf(type);
  return {
    number,
    initial: () => none,
    merge(reader, actual) {
      expectWireType(actual, wireType);
      return read(reader);
    },
    write(writer, value) {
      if (value === none) return;
      write(writer.tag(number, wireType), value);
    },
  };
}

/** As {@link single}; undefined when it is not there. */
export function optional<K extends keyof Scalars>(type: K, number: number): Field<Scalars[K] | undefined> {
  const { wireType, read, write } = codecOf(type);
  return {
    number,
    initial: () => undefined,
    merge(reader, actual) {
      expectWireType(actual, wireType);
      return read(reader);
    },
    write(writer, value) {
      if (value !== undefined) write(writer.tag(number, wireType), value);
    },
  };
}

/** A field with any number of values. Numbers are read packed and not, and written packed. */
export function repeated<K extends keyof Scalars>(type: K, number: number): Field<Scalars[K][]> {
  const { wireType, read, write } = codecOf(type);
  const packable = wireType !== WireType.LengthDelimited;
  return {
    number,
    initial: () => [],
    merge(reader, actual, values) {
      if (packable && actual === WireType.LengthDelimited) {
        const packed = new BinaryReader(reader.bytes());
        while (packed.pos < packed.len) values.push(read(packed));
      } else {
        expectWireType(actual, wireType);
        values.push(read(reader));
      }
      return values;
    },
    write(writer, values) {
      if (values.length === 0) return;
      if (packable) {
        writer.tag(number, WireType.LengthDelimited).fork();
        for (const value of values) write(writer, value);
        writer.join();
      } else {
        for (const value of values) write(writer.tag(number, wireType), value);
      }
    },
  };
}

/** A field with a message, or undefined when it is not there. */
export function message<F extends Fields>(fields: F, number: number): Field<MessageOf<F> | undefined> {
  return {
    number,
    initial: () => undefined,
    merge(reader, actual, value) {
      expectWireType(actual, WireType.LengthDelimited);
      return decodeInto(fields, reader.bytes(), value ?? emptyMessage(fields));
    },
    write(writer, value) {
      if (value) writeMessage(writer.tag(number, WireType.LengthDelimited), fields, value);
    },
  };
}

/** A field with any number of messages. */
export function messages<F extends Fields>(fields: F, number: number): Field<MessageOf<F>[]> {
  return {
    number,
    initial: () => [],
    merge(reader, actual, values) {
      expectWireType(actual, WireType.LengthDelimited);
      values.push(decodeInto(fields, reader.bytes(), emptyMessage(fields)));
      return values;
    },
    write(writer, values) {
      for (const value of values) writeMessage(writer.tag(number, WireType.LengthDelimited), fields, value);
    },
  };
}

/** A message of which no field is there. */
export function emptyMessage<F extends Fields>(fields: F): MessageOf<F> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.initial()])) as MessageOf<F>;
}

/** A message of which some fields are there. */
export function create<F extends Fields>(fields: F, values: Partial<MessageOf<F>>): MessageOf<F> {
  return { ...emptyMessage(fields), ...values };
}

const namesByNumber = new WeakMap<Fields, ReadonlyMap<number, string>>();

function namesOf(fields: Fields): ReadonlyMap<number, string> {
  let names = namesByNumber.get(fields);
  if (!names) {
    names = new Map(Object.entries(fields).map(([name, { number }]) => [number, name]));
    namesByNumber.set(fields, names);
  }
  return names;
}

function decodeInto<F extends Fields>(fields: F, bytes: Uint8Array, into: MessageOf<F>): MessageOf<F> {
  const names: ReadonlyMap<number, keyof F> = namesOf(fields);
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    const name = names.get(number);
    if (name === undefined) reader.skip(wireType, number);
    else into[name] = fields[name].merge(reader, wireType, into[name]) as MessageOf<F>[keyof F];
  }
  return into;
}

/**
 * Reads a message. Byte fields are views of `bytes`. Messages are as deep as `fields` is and no deeper, whatever the bytes say.
 *
 * @throws Error Anything, for bytes that are no such message.
 */
export function decode<F extends Fields>(fields: F, bytes: Uint8Array): MessageOf<F> {
  return decodeInto(fields, bytes, emptyMessage(fields));
}

function writeMessage<F extends Fields>(writer: BinaryWriter, fields: F, value: MessageOf<F>): void {
  writer.fork();
  writeFields(writer, fields, value);
  writer.join();
}

function writeFields<F extends Fields>(writer: BinaryWriter, fields: F, value: MessageOf<F>): void {
  for (const [name, field] of Object.entries(fields)) field.write(writer, value[name]);
}

/** Writes a message. */
export function encode<F extends Fields>(fields: F, value: MessageOf<F>): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  writeFields(writer, fields, value);
  return writer.finish();
}
