// The project's own lint rules, for what no ready rule can say.

const memberName = (node) => (node.computed ? node.property.value : node.property.name);

/** `pipeline` decides from its arguments alone, so that every decision can be replayed from its record. */
const pure = {
  meta: {
    type: 'problem',
    docs: { description: 'packages/pipeline reads no clock, randomness, network or environment' },
  },
  create(context) {
    const report = (node, what, instead) =>
      context.report({ node, message: `${what} makes a decision that cannot be replayed: ${instead}.` });
    return {
      CallExpression({ callee }) {
        if (callee.type === 'Identifier' && callee.name === 'fetch')
          report(callee, 'fetch()', 'take a port as an argument');
        if (callee.type === 'Identifier' && callee.name === 'Date')
          report(callee, 'Date()', 'take the time as an argument');
        if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return;
        const name = `${callee.object.name}.${memberName(callee)}`;
        if (name === 'Date.now' || name === 'performance.now')
          report(callee, `${name}()`, 'take the time as an argument');
        if (name === 'Math.random' || /^crypto\.(randomUUID|getRandomValues)$/.test(name))
          report(callee, `${name}()`, 'take ids and randomness as arguments');
      },
      NewExpression(node) {
        if (node.callee.type === 'Identifier' && node.callee.name === 'Date' && node.arguments.length === 0)
          report(node, 'new Date() without argument', 'take the time as an argument');
      },
      MemberExpression(node) {
        if (node.object.type === 'Identifier' && node.object.name === 'process')
          report(node, 'process', 'take settings as an argument');
      },
    };
  },
};

/** A command line given to a shell is where injection happens; arguments as a list have no such place. */
const noShell = {
  meta: { type: 'problem', docs: { description: 'no program is started through a shell' } },
  create(context) {
    const shells = new Set();
    return {
      ImportDeclaration(node) {
        if (!/^(node:)?child_process$/.test(node.source.value)) return;
        for (const specifier of node.specifiers) {
          if (specifier.type === 'ImportSpecifier' && /^exec(Sync)?$/.test(specifier.imported.name))
            shells.add(specifier.local.name);
        }
      },
      CallExpression(node) {
        if (node.callee.type === 'Identifier' && shells.has(node.callee.name)) {
          context.report({
            node,
            message: 'exec() hands a string to a shell: use execFile() or spawn() with a list of arguments.',
          });
        }
      },
      Property(node) {
        if (
          (node.key.name ?? node.key.value) === 'shell' &&
          node.value.type === 'Literal' &&
          node.value.value === true
        ) {
          context.report({
            node,
            message: '`shell: true` makes arguments part of a command line: give them as a list, without a shell.',
          });
        }
      },
    };
  },
};

export default { meta: { name: 'autoops' }, rules: { pure, 'no-shell': noShell } };
