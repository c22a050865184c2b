//! Small dense logistic regression by Newton's method, for the few inputs that turn scores into probabilities.
// Rows and columns are indexed as the formulas index them.
#![expect(clippy::needless_range_loop)]

/// Coefficients, the intercept last.
#[derive(Debug, Clone, Default)]
pub struct Logistic {
    pub of: Vec<f64>,
}

impl Logistic {
    /// The log-odds of a row of inputs.
    pub fn logit(&self, row: &[f64]) -> f64 {
        let intercept = self.of.last().copied().unwrap_or(0.0);
        row.iter().zip(&self.of).map(|(x, w)| x * w).sum::<f64>() + intercept
    }

    /// Fits to weighted rows with an L2 penalty on everything but the intercept.
    pub fn fit(rows: &[(Vec<f64>, bool, f64)], penalty: f64) -> Logistic {
        let inputs = rows.first().map_or(0, |r| r.0.len());
        let size = inputs + 1;
        let mut model = Logistic { of: vec![0.0; size] };
        for _ in 0..40 {
            let mut gradient = vec![0.0; size];
            let mut hessian = vec![vec![0.0; size]; size];
            for (row, label, weight) in rows {
                let p = 1.0 / (1.0 + (-model.logit(row)).exp());
                let error = weight * (p - f64::from(u8::from(*label)));
                let curve = (weight * p * (1.0 - p)).max(1e-9);
                let x = |i: usize| if i < inputs { row[i] } else { 1.0 };
                for i in 0..size {
                    gradient[i] += error * x(i);
                    for j in 0..=i {
                        hessian[i][j] += curve * x(i) * x(j);
                    }
                }
            }
            for i in 0..size {
                if i < inputs {
                    gradient[i] += penalty * model.of[i];
                    hessian[i][i] += penalty;
                }
                hessian[i][i] += 1e-9;
                for j in 0..i {
                    hessian[j][i] = hessian[i][j];
                }
            }
            let step = solve(hessian, gradient);
            let mut widest = 0.0_f64;
            for (coefficient, step) in model.of.iter_mut().zip(step) {
                let step = step.clamp(-4.0, 4.0);
                *coefficient -= step;
                widest = widest.max(step.abs());
            }
            if widest < 1e-9 {
                break;
            }
        }
        model
    }
}

/// Solves a symmetric positive definite system by elimination.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for i in 0..n {
        let pivot = if a[i][i].abs() < 1e-12 { 1e-12 } else { a[i][i] };
        for k in i + 1..n {
            let factor = a[k][i] / pivot;
            if factor != 0.0 {
                for j in i..n {
                    a[k][j] -= factor * a[i][j];
                }
                b[k] -= factor * b[i];
            }
        }
    }
    for i in (0..n).rev() {
        let rest: f64 = (i + 1..n).map(|j| a[i][j] * b[j]).sum();
        let pivot = if a[i][i].abs() < 1e-12 { 1e-12 } else { a[i][i] };
        b[i] = (b[i] - rest) / pivot;
    }
    b
}
