import { describe, expect, it } from 'vitest';
import { coreOrder, layers, platforms } from '../boundaries.mjs';
import { readWorkspace, tagValues } from '../workspace.mjs';

const packages = readWorkspace();

describe('every package of the workspace', () => {
  it.each(packages)('$name is tagged with one known layer and one known platform', (pkg) => {
    const [layer, platform] = [tagValues(pkg, 'layer'), tagValues(pkg, 'platform')];
    expect(layer).toHaveLength(1);
    expect(Object.keys(layers)).toContain(layer[0]);
    expect(platform).toHaveLength(1);
    expect(Object.keys(platforms)).toContain(platform[0]);
  });

  it.each(packages)('$name has its place in the order of rooms exactly when it is core', (pkg) => {
    const isCore = tagValues(pkg, 'layer').includes('core');
    const rooms = tagValues(pkg, 'room');
    expect(rooms).toEqual(isCore ? [pkg.folder.replace('libs/', '')] : []);
    if (isCore) expect(coreOrder.flat()).toContain(rooms[0]);
  });

  it.each(packages)('$name lies where its layer says, and carries no other tag', (pkg) => {
    const parents: Record<string, string> = { core: 'libs', adapter: 'libs', app: 'apps', tool: 'tools' };
    expect(pkg.folder.split('/')[0]).toBe(parents[tagValues(pkg, 'layer')[0]!]);
    expect(pkg.tags.filter((tag) => !/^(?:layer|platform|room):/.test(tag))).toEqual([]);
  });

  it.each(packages)('$name is linted, type-checked and tested', (pkg) => {
    expect(Object.keys(pkg.scripts)).toEqual(expect.arrayContaining(['lint', 'typecheck', 'test']));
    expect(pkg.scripts.lint).toContain('--max-warnings 0');
  });

  it.each(packages)('$name depends on no package that depends on it', (pkg) => {
    const reached = new Set<string>();
    const waiting = [...pkg.dependencies];
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (reached.has(name)) continue;
      reached.add(name);
      waiting.push(...(packages.find((other) => other.name === name)?.dependencies ?? []));
    }
    expect([...reached]).not.toContain(pkg.name);
  });
});
