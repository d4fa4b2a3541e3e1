// The least a Node process can do over standard input and output: answer one line with itself.
process.stdin.on('data', (line) => process.stdout.write(line));
