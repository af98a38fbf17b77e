import { startCopying } from "./copy.js";

startCopying();
