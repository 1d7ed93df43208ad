// Checks the types of the pure folders, which pure/tsconfig.json lists, where neither Node's nor the DOM's are known. A
// compiler run would also report the files elsewhere that they import types from, which may use Node.
import ts from 'typescript';

const { config } = ts.readConfigFile('pure/tsconfig.json', ts.sys.readFile);
const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, 'pure');
const program = ts.createProgram(fileNames, options);
const errors = fileNames.flatMap(name => program.getSemanticDiagnostics(program.getSourceFile(name)));
const host = {
  getCanonicalFileName: name => name,
  getCurrentDirectory: ts.sys.getCurrentDirectory,
  getNewLine: () => '\n',
};
process.stderr.write(ts.formatDiagnostics(errors, host));
process.exitCode = errors.length > 0 ? 1 : 0;
