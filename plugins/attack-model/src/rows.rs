//! The model's weights: a row a feature, read in place and summed.

use crate::features::BUCKETS;
use crate::model::CLASSES;

/// Features that share one base.
pub(crate) const BLOCK: usize = 64;
/// Entries of a sparse row at most; with more, a dense one is quicker.
pub(crate) const SPARSE_MOST: usize = 17;
/// Classes that are added at once; a dense row is filled up to a multiple of it when it is read.
const VECTOR: usize = 32;
/// Dense rows are summed in 16 bits, so many at a time: eight squares of [`STEPS`](crate::model::STEPS) fit.
const TOGETHER: usize = 8;
/// So many rows are looked up before the first is read.
const AHEAD: usize = 64;

/// Where a feature's weights stand. Below [`Place::DENSE`] in a sparse row: the upper five bits say how many entries it
/// has, the lower eleven where they begin behind their block's base. From there on in a dense row, which is numbered so.
#[derive(Clone, Copy)]
pub(crate) struct Place(u16);

impl Place {
    const OFFSET_BITS: u32 = 11;
    const DENSE: u16 = (SPARSE_MOST as u16 + 1) << Self::OFFSET_BITS;

    /// A sparse row of so many entries, the first of them so far behind the block's base.
    pub(crate) fn sparse(entries: usize, offset: usize) -> Place {
        assert!(entries <= SPARSE_MOST && offset < 1 << Self::OFFSET_BITS, "a block of sparse rows is short");
        Place((entries << Self::OFFSET_BITS | offset) as u16)
    }

    /// The dense row with this number.
    pub(crate) fn dense(number: usize) -> Place {
        let place = usize::from(Self::DENSE) + number;
        Place(u16::try_from(place).expect("few features have weights in many classes"))
    }

    pub(crate) fn to_le_bytes(self) -> [u8; 2] {
        self.0.to_le_bytes()
    }

    fn is_dense(self) -> bool {
        self.0 >= Self::DENSE
    }

    fn number(self) -> u16 {
        self.0.wrapping_sub(Self::DENSE)
    }

    fn entries(self) -> u32 {
        u32::from(self.0 >> Self::OFFSET_BITS)
    }

    fn offset(self) -> u32 {
        u32::from(self.0) % (1 << Self::OFFSET_BITS)
    }
}

/// All rows of a model.
#[derive(Debug, Clone)]
pub(crate) struct Rows<'m> {
    bases: &'m [[u8; 4]],
    places: &'m [[u8; 2]],
    sparse: &'m [u8],
    /// Weights, and not steps.
    dense: Vec<[i16; VECTOR]>,
    vectors: usize,
}

/// Where rows of some features stand.
pub(crate) struct Ahead {
    places: [Place; AHEAD],
    /// Where sparse rows begin, in entries, and in the lowest bits how many they have.
    sparse: [u32; AHEAD],
    dense: [u16; AHEAD],
}

impl Default for Ahead {
    fn default() -> Self {
        Ahead { places: [Place(0); AHEAD], sparse: [0; AHEAD], dense: [0; AHEAD] }
    }
}

/// The lowest bits of [`Ahead::sparse`].
const ENTRIES_BITS: u32 = 5;

const BASES: usize = 4 * BUCKETS as usize / BLOCK;
const PLACES: usize = 2 * BUCKETS as usize;

impl<'m> Rows<'m> {
    /// Bytes of the rows of so many classes.
    pub(crate) fn size(classes: usize, entries: usize, dense: usize) -> usize {
        BASES + PLACES + 2 * entries + dense * classes
    }

    /// Rows in [so many](Rows::size) bytes.
    pub(crate) fn of(bytes: &'m [u8], classes: usize, entries: usize) -> Rows<'m> {
        let (bases, rest) = bytes.split_at(BASES);
        let (places, rows) = rest.split_at(PLACES);
        let (sparse, dense) = rows.split_at(2 * entries);
        let vectors = classes.div_ceil(VECTOR);
        let mut weights = vec![[0; VECTOR]; dense.len() / classes.max(1) * vectors];
        for (row, steps) in weights.chunks_exact_mut(vectors.max(1)).zip(dense.chunks_exact(classes.max(1))) {
            row.as_flattened_mut().iter_mut().zip(steps).for_each(|(sum, steps)| *sum = weight(*steps));
        }
        Rows { bases: bases.as_chunks().0, places: places.as_chunks().0, sparse, dense: weights, vectors }
    }

    /// Writes the sums of the weights of `features` into `sums`, by class; places behind the last class hold nothing.
    pub(crate) fn sum(&self, features: &[u32], ahead: &mut Ahead, sums: &mut [i32; CLASSES]) {
        sums.as_chunks_mut::<VECTOR>().0[..self.vectors].fill([0; VECTOR]);
        for features in features.chunks(AHEAD) {
            self.look_up(features, &mut ahead.places);
            let (mut sparse, mut dense) = (0, 0);
            // Without a branch: which features have which row is hard to foretell.
            let mut part = |place: Place, feature: u32| {
                let base = u32::from_le_bytes(self.bases[feature as usize / BLOCK]);
                ahead.sparse[sparse % AHEAD] = (base + place.offset()) << ENTRIES_BITS | place.entries();
                ahead.dense[dense % AHEAD] = place.number();
                sparse += usize::from(!place.is_dense() & (place.0 != 0));
                dense += usize::from(place.is_dense());
            };
            // Four at a time: a guest's loop looks at the clock in every round.
            let (fours, rest) = features.as_chunks::<4>();
            let (places, last) = ahead.places[..features.len()].as_chunks::<4>();
            for (places, features) in places.iter().zip(fours) {
                (0..4).for_each(|at| part(places[at], features[at]));
            }
            last.iter().zip(rest).for_each(|(place, feature)| part(*place, *feature));
            let (sparse, dense) = (&ahead.sparse[..sparse.min(AHEAD)], &ahead.dense[..dense.min(AHEAD)]);
            self.touch(sparse);
            for numbers in dense.chunks(TOGETHER) {
                self.add_dense(numbers, sums);
            }
            for row in sparse {
                self.add_sparse(*row, sums);
            }
        }
    }

    /// Finds the features' places. Rows lie far apart: where nothing depends on what is read, the processor fetches many
    /// together.
    #[inline(always)]
    fn look_up(&self, features: &[u32], places: &mut [Place; AHEAD]) {
        let place = |feature: u32| Place(u16::from_le_bytes(self.places[feature as usize]));
        let (eights, rest) = features.as_chunks::<8>();
        for (places, features) in places.as_chunks_mut().0.iter_mut().zip(eights) {
            *places = features.map(place);
        }
        for (found, feature) in places.iter_mut().skip(8 * eights.len()).zip(rest) {
            *found = place(*feature);
        }
    }

    /// Has the processor fetch sparse rows together, before the first is read.
    #[inline(always)]
    fn touch(&self, rows: &[u32]) {
        let first = |row: &u32| self.sparse[2 * (row >> ENTRIES_BITS) as usize];
        let (eights, rest) = rows.as_chunks::<8>();
        for rows in eights {
            std::hint::black_box(rows.iter().map(first).fold(0, |a, b| a | b));
        }
        for row in rest {
            std::hint::black_box(first(row));
        }
    }

    /// Adds dense rows to the sums of their classes, a vector of classes after the other.
    fn add_dense(&self, numbers: &[u16], sums: &mut [i32; CLASSES]) {
        let mut rows = [NOTHING; TOGETHER];
        for (row, number) in rows.iter_mut().zip(numbers) {
            let start = usize::from(*number) * self.vectors;
            *row = self.dense.get(start..start + self.vectors).unwrap_or_default();
        }
        for (at, sums) in sums.as_chunks_mut::<VECTOR>().0.iter_mut().take(self.vectors).enumerate() {
            for (sum, part) in sums.iter_mut().zip(column(&rows, at)) {
                *sum += i32::from(part);
            }
        }
    }

    /// Adds a sparse row to the sums of its classes.
    #[inline(always)]
    fn add_sparse(&self, row: u32, sums: &mut [i32; CLASSES]) {
        let (mut at, mut left) = (2 * (row >> ENTRIES_BITS) as usize, row % (1 << ENTRIES_BITS));
        // Four at a time: a guest's loop looks at the clock in every round.
        loop {
            let four = match self.sparse.get(at..).and_then(|rest| rest.first_chunk()) {
                Some(four) => u64::from_le_bytes(*four),
                None => self.sparse[at..].iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte)),
            };
            let four = four & FIRST[left.min(4) as usize];
            for entry in [four, four >> 16, four >> 32, four >> 48] {
                sums[entry as usize >> 7 & 0x1ff] += WEIGHTS[entry as usize & 0x7f];
            }
            if left <= 4 {
                break;
            }
            (at, left) = (at + 8, left - 4);
        }
    }
}

/// What is taken of four entries where so many are left: an entry of zeros adds nothing to the first class.
static FIRST: [u64; 5] = [0, 0xffff, 0xffff_ffff, 0xffff_ffff_ffff, u64::MAX];

/// A dense row of a feature that weighs nothing.
static NOTHING: &[[i16; VECTOR]] = &[[0; VECTOR]; CLASSES / VECTOR];

/// The sums of the weights of some classes. A function of its own: the compiler makes whole vectors of it.
#[inline(never)]
fn column(rows: &[&[[i16; VECTOR]]; TOGETHER], at: usize) -> [i16; VECTOR] {
    // All of them, so that nothing is counted while they are added.
    let rows = rows.map(|row| row.get(at).unwrap_or(&[0; VECTOR]));
    std::array::from_fn(|class| rows.iter().map(|row| row[class]).sum())
}

/// What so many steps weigh.
const fn weight(steps: u8) -> i16 {
    let steps = steps as i8 as i16;
    steps * steps.abs()
}

/// What a sparse entry's lower seven bits weigh.
static WEIGHTS: [i32; 128] = {
    let mut weights = [0; 128];
    let mut bits = 0;
    while bits < 128 {
        weights[bits as usize] = weight(((bits << 1) as i8 >> 1) as u8) as i32;
        bits += 1;
    }
    weights
};
