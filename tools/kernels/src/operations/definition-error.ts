import type ts from 'typescript';

/** A definition leaves the subset of TypeScript that can be translated. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';

  /** @param complaint what is wrong there, and what is allowed instead */
  constructor(node: ts.Node, complaint: string) {
    const source = node.getSourceFile();
    const { line, character } = source.getLineAndCharacterOfPosition(node.getStart());
    const [text = ''] = node.getText().split('\n');
    super(`${source.fileName}:${line + 1}:${character + 1}: ${complaint}: ${text}`);
  }
}
