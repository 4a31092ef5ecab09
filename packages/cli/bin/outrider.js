#!/usr/bin/env node
// npm links a command at install time, and only if its file exists: so it is this one, and not what the build makes.
import '../dist/main.js';
