import { describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import { coordinatorOptions } from './options.ts';
import { environmentLayer, fileLayer, resolveOptions, type OptionLayer } from './resolve.ts';

const parse = (value: unknown): readonly string[] => coordinatorOptions.publicUrl.parse(value);

describe('the addresses of a coordinator', () => {
  it.each([
    ['https://train.example.org', 'https://train.example.org/'],
    ['HTTPS://Train.Example.ORG/Lockstep', 'https://train.example.org/Lockstep/'],
    ['https://train.example.org./lockstep//', 'https://train.example.org/lockstep/'],
    ['wss://train.example.org:443/', 'https://train.example.org/'],
    ['ws://coordinator:7070', 'http://coordinator:7070/'],
    ['http://train_1:080/a/b', 'http://train_1/a/b/'],
    ['https://train.example.org:8443/', 'https://train.example.org:8443/'],
    ['http://[::1]:7070', 'http://[::1]:7070/'],
    ['http://10.0.0.7', 'http://10.0.0.7/'],
    [' http://münchen.example/ ', 'http://münchen.example/'],
  ])('takes %s as %s', (given, meant) => expect(parse(given)).toEqual([meant]));

  it('may have empty places between commas, but not be empty', () => {
    expect(parse(',http://a.example,')).toEqual(['http://a.example/']);
    expect(parse(',')).toEqual([]);
    expect(() => parse('')).toThrow(ConfigError);
  });

  it('may be empty places alone in the environment, but not on the command line', () => {
    const flag = (publicUrl: readonly string[]): OptionLayer => ({
      ...{ source: 'flag', where: 'the command line', values: { publicUrl } },
    });
    const given = (layer: OptionLayer) => resolveOptions(coordinatorOptions, [layer]).values.publicUrl;
    expect(given(environmentLayer(coordinatorOptions, { LOCKSTEP_PUBLIC_URL: ' , ' }))).toEqual([]);
    expect(() => given(flag([',']))).toThrow(/^--public-url takes addresses such as .*, not ","$/);
    expect(given(flag([',', 'http://a.example']))).toEqual(['http://a.example/']);
    expect(given(fileLayer(coordinatorOptions, '{"publicUrl": []}', 'run.json'))).toEqual([]);
  });

  it.each([
    [
      'https://a.example/?x=1',
      /"https:\/\/a\.example\/" with a query behind it \(\?\.\.\.\): leave that out$/,
    ],
    [
      'https://u:p@a.example/',
      /"https:\/\/a\.example\/" with a name or password before it \(\.\.\.@\): leave/,
    ],
    [
      'https://a.example/#x',
      /"https:\/\/a\.example\/" with a fragment behind it \(#\.\.\.\): leave that out$/,
    ],
    ['https://a.example/lockstep/dashboard', /the page of a coordinator: leave out \/dashboard$/],
    ['https://a.example/dashboard/', /the page of a coordinator: leave out \/dashboard$/],
  ])('say what is wrong with %s', (value, words) => expect(() => parse(value)).toThrow(words));

  it('may lie below a path that has the word in it', () => {
    expect(parse('https://a.example/dashboards')).toEqual(['https://a.example/dashboards/']);
    expect(parse('https://a.example/dashboard/lockstep')).toEqual(['https://a.example/dashboard/lockstep/']);
  });

  it('come from several flags, a comma list of the environment, and a list in a file, each once', () => {
    const both = ['http://a.example/', 'https://b.example/c/'];
    const layers: readonly OptionLayer[] = [
      {
        source: 'flag',
        where: 'the command line',
        values: { publicUrl: ['http://a.example', 'wss://b.example/c'] },
      },
      environmentLayer(coordinatorOptions, {
        LOCKSTEP_PUBLIC_URL: 'ws://a.example, https://b.example/c,http://A.example',
      }),
      fileLayer(
        coordinatorOptions,
        '{"public-url": ["http://a.example", "https://b.example/c"]}',
        'run.json',
      ),
    ];
    for (const layer of layers) {
      expect(resolveOptions(coordinatorOptions, [layer]).values.publicUrl).toEqual(both);
    }
    expect(parse(both)).toEqual(both);
    expect(resolveOptions(coordinatorOptions, []).values.publicUrl).toEqual([]);
  });

  it.each([
    'train.example.org',
    'train.example.org:8443',
    'ftp://train.example.org/',
    'http://',
    'http:///lockstep',
    'http://a.example:0/',
    'http://a.example:65536/',
    'http://name:secret@a.example/',
    'http://a.example/?a=1',
    'http://a.example/#token=1',
    'http://a b/',
    'http://*.example.org/',
    'https://a..example/',
    'https://.example/',
    'https://256.1.1.1/',
    'https://[:::1]/',
    'http://a.example/\\b',
    '',
    7070,
    null,
    [['http://a.example']],
    {},
  ])('do not come from %j', (value) => expect(() => parse(value)).toThrow(ConfigError));

  it.each([
    ['https://name:secret@a.example/', 'https://a.example/'],
    ['https://name:x/secret@a.example/', 'https://a.example/'],
    ['https://name:secret,secret@a.example/', 'https://a.example/'],
    ['http://b.example,https://a.example/#token=secret', 'https://a.example/'],
    [['http://b.example', 'https://name:secret@a.example/'], 'https://a.example/'],
  ])('repeat no secret of %j', (value, shown) => {
    let said = '';
    try {
      parse(value);
    } catch (error) {
      said = (error as Error).message;
    }
    expect(said).toContain(`not ${JSON.stringify(shown)}`);
    expect(said).not.toContain('secret');
  });
});
