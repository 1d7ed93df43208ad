export { type Device, devices, wasm } from '../runtime/device.ts';
export { compileResident, type ResidentProgram, type Runtime } from '../runtime/resident.ts';
export { createResidentTrainee } from '../step/resident/trainee.ts';
export { packRun, unpackRun } from './archive.ts';
export { fitPairs, inventPairs, type LabPair, LabRun, labConfig } from './lab-run.ts';
