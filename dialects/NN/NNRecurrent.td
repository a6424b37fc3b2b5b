//===- NNRecurrent.td - Recurrent networks -----------------*- tablegen -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Networks that step along dimension 0 of x [steps, batch, input]. Weights are
// w [directions, gates * hidden, input], r [directions, gates * hidden, hidden]
// and bias [directions, 2 * gates * hidden] (that of w, then that of r), gates
// in ONNX's order. Results are y [steps, directions, batch, hidden] and the
// last states [directions, batch, hidden]. From `lengths` [batch] on, a
// sequence's y is 0 and its state stays.
//
// `activations` has one entry per gate function and direction, `alpha` and
// `beta` its parameters (0 where there are none). Values before an activation
// are clipped to [-clip, clip] if there is a `clip`.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_NN_RECURRENT
#define MEGCC_NN_RECURRENT

include "dialects/NN/NNBase.td"

class NN_Recurrent<string mnemonic>
    : NN_Op<mnemonic, [CostOpInterface],
            [AttrSizedOperandSegments, NN_Infers, NN_RowMajor]> {
  dag stateArguments = (ins NN_FloatTensor:$x, NN_FloatTensor:$w,
    NN_FloatTensor:$r, Optional<NN_FloatTensor>:$bias,
    Optional<NN_IndexTensor>:$lengths, Optional<NN_FloatTensor>:$initial_h);
  dag cellArguments = (ins NN_DirectionAttr:$direction,
    NN_ActivationArrayAttr:$activations, DenseF64ArrayAttr:$alpha,
    DenseF64ArrayAttr:$beta, OptionalAttr<NN_F64Attr>:$clip);
  string stateFormat = [{
    `` $direction $x `,` $w `,` $r (`bias` $bias^)? (`lengths` $lengths^)?
    (`initial_h` $initial_h^)?
  }];
  string cellFormat = [{
    `activations` `=` $activations `alpha` `=` $alpha `beta` `=` $beta
    (`clip` `=` $clip^)?
  }];
}

def NN_RnnOp : NN_Recurrent<"rnn"> {
  let summary = "Simple recurrent network";
  let description = [{
    h = f(w x + r h + bias); one gate, one activation per direction.

    ```mlir
    %y, %h = nn.rnn forward %x, %w, %r activations = [#nn<activation tanh>]
        alpha = [0.0] beta = [0.0]
      : (tensor<5x1x3xf32>, tensor<1x4x3xf32>, tensor<1x4x4xf32>)
      -> (tensor<5x1x1x4xf32>, tensor<1x1x4xf32>)
    ```
  }];
  let arguments = !con(stateArguments, cellArguments);
  let results = (outs NN_FloatTensor:$y, NN_FloatTensor:$y_h);
  let assemblyFormat = stateFormat # cellFormat # typed;
}

def NN_GruOp : NN_Recurrent<"gru"> {
  let summary = "Gated recurrent unit";
  let description = [{
    Gates z, r, h (Cho et al. 2014), two activations f, g per direction:

        z  = f(wz x + rz h + bz)
        r  = f(wr x + rr h + br)
        h' = g(wh x + rh (r * h) + bh)
        h  = (1 - z) * h' + z * h

    with `linear_before_reset`, h' = g(wh x + wbh + r * (rh h + rbh)).

    ```mlir
    %y, %h = nn.gru forward %x, %w, %r
        activations = [#nn<activation sigmoid>, #nn<activation tanh>]
        alpha = [0.0, 0.0] beta = [0.0, 0.0]
      : (tensor<5x1x3xf32>, tensor<1x12x3xf32>, tensor<1x12x4xf32>)
      -> (tensor<5x1x1x4xf32>, tensor<1x1x4xf32>)
    ```
  }];
  let arguments = !con(stateArguments, cellArguments,
                       (ins UnitAttr:$linear_before_reset));
  let results = (outs NN_FloatTensor:$y, NN_FloatTensor:$y_h);
  let assemblyFormat = stateFormat # cellFormat
    # "(`linear_before_reset` $linear_before_reset^)?" # typed;
}

def NN_LstmOp : NN_Recurrent<"lstm"> {
  let summary = "Long short-term memory";
  let description = [{
    Gates i, o, f, c (Hochreiter & Schmidhuber 1997; Gers & Schmidhuber 2000 for
    the peepholes pi, po, pf), three activations f, g, h per direction:

        i = f(wi x + ri h + pi * c + bi)
        f = f(wf x + rf h + pf * c + bf)
        C = f * c + i * g(wc x + rc h + bc)
        o = f(wo x + ro h + po * C + bo)
        H = o * h(C)

    `peepholes` is [directions, 3 * hidden] as pi, po, pf. With `input_forget`
    the forget gate is 1 - i.

    ```mlir
    %y, %h, %c = nn.lstm forward %x, %w, %r
        activations = [#nn<activation sigmoid>, #nn<activation tanh>, #nn<activation tanh>]
        alpha = [0.0, 0.0, 0.0] beta = [0.0, 0.0, 0.0]
      : (tensor<5x1x3xf32>, tensor<1x16x3xf32>, tensor<1x16x4xf32>)
      -> (tensor<5x1x1x4xf32>, tensor<1x1x4xf32>, tensor<1x1x4xf32>)
    ```
  }];
  let arguments = !con(stateArguments,
    (ins Optional<NN_FloatTensor>:$initial_c,
         Optional<NN_FloatTensor>:$peepholes),
    cellArguments, (ins UnitAttr:$input_forget));
  let results = (outs NN_FloatTensor:$y, NN_FloatTensor:$y_h,
                      NN_FloatTensor:$y_c);
  let assemblyFormat = stateFormat
    # "(`initial_c` $initial_c^)? (`peepholes` $peepholes^)?" # cellFormat
    # "(`input_forget` $input_forget^)?" # typed;
}

#endif // MEGCC_NN_RECURRENT
