//===- NNVision.td - Detection, sampling, linear algebra ---*- tablegen -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_NN_VISION
#define MEGCC_NN_VISION

include "dialects/NN/NNBase.td"

def NN_NonMaxSuppressionOp : NN_Op<"non_max_suppression", [CostOpInterface],
    [NN_Infers, NN_RowMajor]> {
  let summary = "Selection of boxes that overlap little";
  let description = [{
    For each batch and class, takes boxes by descending score while their
    intersection over union with each box taken before is at most
    `iou_threshold`, up to `max_boxes`; boxes scored not above
    `score_threshold` are left out. Boxes are [batch, box, 4] as y1, x1, y2, x2
    (any two opposite corners) or, with `center_point`, as x, y, width, height;
    scores are [batch, class, box].

    Row i of `indices` is the batch, class and box of the i-th choice. There are
    as many rows as choices are possible; `count` of them are used, the others
    hold -1.

    ```mlir
    %indices, %count = nn.non_max_suppression %boxes, %scores max_boxes = 10
        iou_threshold = 5.000000e-01
      : (tensor<1x100x4xf32>, tensor<1x3x100xf32>) -> (tensor<30x3xi64>, tensor<i64>)
    ```
  }];
  let arguments = (ins NN_F32Tensor:$boxes, NN_F32Tensor:$scores,
    NN_I64Attr:$max_boxes, NN_F64Attr:$iou_threshold,
    OptionalAttr<NN_F64Attr>:$score_threshold, UnitAttr:$center_point);
  let results = (outs NN_I64Tensor:$indices, NN_I64Tensor:$count);
  let assemblyFormat = [{
    $boxes `,` $scores `max_boxes` `=` $max_boxes
    `iou_threshold` `=` $iou_threshold
    (`score_threshold` `=` $score_threshold^)? (`center_point` $center_point^)?
  }] # typed;
}

def NN_RoiAlignOp : NN_Op<"roi_align", [CostOpInterface],
    [NN_Infers, NN_RowMajor]> {
  let summary = "Sampling of regions of interest";
  let description = [{
    Divides each region of interest [x1, y1, x2, y2], times `spatial_scale`, in
    height * width bins and gives the mean of bilinear samples in each,
    `sampling_ratio` per direction, or as many as the bin has elements, rounded
    up, if that is 0 (He et al. 2017, Mask R-CNN). The maximum is, as ONNX's
    reference has it, that of the samples' neighbours times their weights. With
    `half_pixel` regions are shifted by half an element. `batch_indices` says
    which image of x [N, C, H, W] a region belongs to.

    ```mlir
    %3 = nn.roi_align avg %x, %rois, %batch height = 7 width = 7 sampling_ratio = 2
        spatial_scale = 6.250000e-02
      : (tensor<1x8x32x32xf32>, tensor<5x4xf32>, tensor<5xi64>) -> tensor<5x8x7x7xf32>
    ```
  }];
  let arguments = (ins NN_RoiModeAttr:$mode, NN_FloatTensor:$x,
    NN_FloatTensor:$rois, NN_IndexTensor:$batch_indices, NN_I64Attr:$height,
    NN_I64Attr:$width, NN_I64Attr:$sampling_ratio, NN_F64Attr:$spatial_scale,
    UnitAttr:$half_pixel);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = [{
    `` $mode $x `,` $rois `,` $batch_indices `height` `=` $height
    `width` `=` $width `sampling_ratio` `=` $sampling_ratio
    `spatial_scale` `=` $spatial_scale (`half_pixel` $half_pixel^)?
  }] # typed;
}

def NN_GridSampleOp : NN_Op<"grid_sample", [CostOpInterface],
    [NN_Infers, NN_RowMajor]> {
  let summary = "Sampling at given positions";
  let description = [{
    Interpolates x [N, C, spatial...] at the positions in the last dimension of
    grid [N, output spatial..., rank], x first; -1 and 1 are the outer borders
    of x or, with `align_corners`, the centres of its outer elements (Jaderberg
    et al. 2015). Cubic interpolation uses the coefficient -0.75.

    ```mlir
    %2 = nn.grid_sample linear %x, %grid padding = border
      : (tensor<1x8x4x4xf32>, tensor<1x6x6x2xf32>) -> tensor<1x8x6x6xf32>
    ```
  }];
  let arguments = (ins NN_InterpolationAttr:$mode, NN_FloatTensor:$x,
    NN_FloatTensor:$grid,
    DefaultValuedAttr<NN_GridPaddingAttr, "GridPadding::zeros">:$padding,
    UnitAttr:$align_corners);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = [{
    `` $mode $x `,` $grid (`padding` `=` `` $padding^)?
    (`align_corners` $align_corners^)?
  }] # typed;
}

def NN_MaxUnpoolOp : NN_Op<"max_unpool", [CostOpInterface], [NN_RowMajor]> {
  let summary = "Partial inverse of max_pool";
  let description = [{
    A tensor of zeros in which each element of x stands at the flat row-major
    position that `indices` gives for it. Positions outside are ignored.

    ```mlir
    %2 = nn.max_unpool %0, %1
      : (tensor<1x8x2x2xf32>, tensor<1x8x2x2xi64>) -> tensor<1x8x4x4xf32>
    ```
  }];
  let arguments = (ins NN_NumberTensor:$x, NN_I64Tensor:$indices);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = "$x `,` $indices" # typed;
  let hasVerifier = 1;
}

def NN_DetOp : NN_Op<"det", [RegionMapOpInterface, CostOpInterface],
    [NN_Infers, NN_RowMajor]> {
  let summary = "Determinant";
  let description = [{
    The determinant of each square matrix in the last two dimensions.

    ```mlir
    %1 = nn.det %0 : (tensor<5x3x3xf32>) -> tensor<5xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$x);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = "$x" # typed;
}

#endif // MEGCC_NN_VISION
