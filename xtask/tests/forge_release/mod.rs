mod conflicts;
mod faults;
mod interrupted;
mod refusals;
mod scene;
mod status;
mod whole;
