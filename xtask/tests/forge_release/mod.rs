mod conflicts;
mod faults;
mod interrupted;
mod refusals;
mod scene;
mod whole;
