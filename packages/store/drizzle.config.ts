import { defineConfig } from 'drizzle-kit';

// Partitioned tables, policies, triggers and functions are custom SQL beside what is generated from here (see migrations/).
export default defineConfig({ dialect: 'postgresql', schema: './src/schema/*.ts', out: './migrations' });
