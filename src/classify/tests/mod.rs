//! The kernels against the plain evaluator, on random plans and accounts; findings in words.

mod agreement;
mod words;
