mod differential;
mod random;
