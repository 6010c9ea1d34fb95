import { Command } from 'commander';

new Command('chaos')
  .description('Kills parts of a whole constellation while it works, and checks what is left.')
  .parse();
