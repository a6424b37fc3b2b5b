#include "dialects/NN/NN.h"
using namespace mlir;
using namespace megcc;
using namespace megcc::nn;
Box nn::detail::defaultOperandBox(Operation*op,unsigned i,unsigned,const Box&){return Box::whole(tensorType(op->getOperand(i)));}
Cost nn::detail::defaultCost(Operation*){return {};}
bool nn::detail::defaultMayReuse(Operation*,unsigned,unsigned){return false;}
OpFoldResult AbsOp::fold(FoldAdaptor){return {};}
Value AcosOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
Value AcoshOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
Value AsinOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
Value AsinhOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
Value AtanOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
Value AtanhOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
OpFoldResult BitwiseNotOp::fold(FoldAdaptor){return {};}
Value CeilOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
OpFoldResult CeilOp::fold(FoldAdaptor){return {};}
Value CosOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
Value CoshOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
Value ErfOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
Value ExpOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
Value FloorOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
OpFoldResult FloorOp::fold(FoldAdaptor){return {};}
Value LogOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
OpFoldResult NegOp::fold(FoldAdaptor){return {};}
OpFoldResult NotOp::fold(FoldAdaptor){return {};}
Value RoundOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
OpFoldResult RoundOp::fold(FoldAdaptor){return {};}
Value SinOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
Value SinhOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
Value SqrtOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
Value TanOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
OpFoldResult ClampOp::fold(FoldAdaptor){return {};}
LogicalResult ClampOp::verify(){return success();}
OpFoldResult ReluOp::fold(FoldAdaptor){return {};}
Value TanhOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
Value AddOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
OpFoldResult AddOp::fold(FoldAdaptor){return {};}
Value AndOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
OpFoldResult AndOp::fold(FoldAdaptor){return {};}
Value BitwiseAndOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
OpFoldResult BitwiseAndOp::fold(FoldAdaptor){return {};}
Value BitwiseOrOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
OpFoldResult BitwiseOrOp::fold(FoldAdaptor){return {};}
Value BitwiseXorOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
OpFoldResult BitwiseXorOp::fold(FoldAdaptor){return {};}
OpFoldResult DivOp::fold(FoldAdaptor){return {};}
Value EqualOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
Value LessEqualOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
Value LessOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
Value MaxOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
OpFoldResult MaxOp::fold(FoldAdaptor){return {};}
Value MinOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
OpFoldResult MinOp::fold(FoldAdaptor){return {};}
Value MulOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
OpFoldResult MulOp::fold(FoldAdaptor){return {};}
Value OrOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
OpFoldResult OrOp::fold(FoldAdaptor){return {};}
Value PReluOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
OpFoldResult PowOp::fold(FoldAdaptor){return {};}
OpFoldResult ShiftLeftOp::fold(FoldAdaptor){return {};}
OpFoldResult ShiftRightOp::fold(FoldAdaptor){return {};}
Value SubOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
OpFoldResult SubOp::fold(FoldAdaptor){return {};}
OpFoldResult WhereOp::fold(FoldAdaptor){return {};}
Value XorOp::buildScalar(OpBuilder&,Location,ValueRange){return {};}
OpFoldResult XorOp::fold(FoldAdaptor){return {};}
OpFoldResult CastOp::fold(FoldAdaptor){return {};}
Box ConvOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost ConvOp::getCost(){return {};}
Box ConvTransposeOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost ConvTransposeOp::getCost(){return {};}
Box MatMulOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost MatMulOp::getCost(){return {};}
LogicalResult MatMulOp::verify(){return success();}
Box AveragePoolOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost AveragePoolOp::getCost(){return {};}
Box LpPoolOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost LpPoolOp::getCost(){return {};}
Box MaxPoolOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost MaxPoolOp::getCost(){return {};}
Box ArgMaxOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost ArgMaxOp::getCost(){return {};}
Box ArgMinOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost ArgMinOp::getCost(){return {};}
Box CumSumOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
bool CumSumOp::mayReuse(unsigned,unsigned){return false;}
OpFoldResult ReduceOp::fold(FoldAdaptor){return {};}
Box ReduceOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost ReduceOp::getCost(){return {};}
Box TopKOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost TopKOp::getCost(){return {};}
Box BatchNormOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost BatchNormOp::getCost(){return {};}
bool BatchNormOp::mayReuse(unsigned,unsigned){return false;}
Box GroupNormOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost GroupNormOp::getCost(){return {};}
bool GroupNormOp::mayReuse(unsigned,unsigned){return false;}
Box LayerNormOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost LayerNormOp::getCost(){return {};}
bool LayerNormOp::mayReuse(unsigned,unsigned){return false;}
Box LogSoftmaxOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost LogSoftmaxOp::getCost(){return {};}
bool LogSoftmaxOp::mayReuse(unsigned,unsigned){return false;}
Box LrnOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost LrnOp::getCost(){return {};}
Box SoftmaxOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost SoftmaxOp::getCost(){return {};}
bool SoftmaxOp::mayReuse(unsigned,unsigned){return false;}
OpFoldResult ConcatOp::fold(FoldAdaptor){return {};}
LogicalResult ConcatOp::canonicalize(ConcatOp,PatternRewriter&){return failure();}
Box ConcatOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost ConcatOp::getCost(){return {};}
OpFoldResult ExpandOp::fold(FoldAdaptor){return {};}
Box ExpandOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost ExpandOp::getCost(){return {};}
OpFoldResult PadOp::fold(FoldAdaptor){return {};}
Box PadOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost PadOp::getCost(){return {};}
OpFoldResult ReshapeOp::fold(FoldAdaptor){return {};}
Box ReshapeOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost ReshapeOp::getCost(){return {};}
bool ReshapeOp::mayReuse(unsigned,unsigned){return false;}
OpFoldResult ResizeOp::fold(FoldAdaptor){return {};}
Box ResizeOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost ResizeOp::getCost(){return {};}
OpFoldResult ReverseOp::fold(FoldAdaptor){return {};}
Box ReverseOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost ReverseOp::getCost(){return {};}
OpFoldResult SliceOp::fold(FoldAdaptor){return {};}
LogicalResult SliceOp::canonicalize(SliceOp,PatternRewriter&){return failure();}
Box SliceOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost SliceOp::getCost(){return {};}
OpFoldResult TileOp::fold(FoldAdaptor){return {};}
Box TileOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost TileOp::getCost(){return {};}
OpFoldResult TransposeOp::fold(FoldAdaptor){return {};}
LogicalResult TransposeOp::canonicalize(TransposeOp,PatternRewriter&){return failure();}
Box TransposeOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost TransposeOp::getCost(){return {};}
Cost DynamicSliceOp::getCost(){return {};}
Box GatherElementsOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost GatherElementsOp::getCost(){return {};}
Cost GatherNDOp::getCost(){return {};}
Box GatherOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost GatherOp::getCost(){return {};}
Cost ScatterElementsOp::getCost(){return {};}
bool ScatterElementsOp::mayReuse(unsigned,unsigned){return false;}
Cost ScatterNDOp::getCost(){return {};}
bool ScatterNDOp::mayReuse(unsigned,unsigned){return false;}
Box TriluOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
bool TriluOp::mayReuse(unsigned,unsigned){return false;}
Box DetOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost DetOp::getCost(){return {};}
Cost GridSampleOp::getCost(){return {};}
Cost MaxUnpoolOp::getCost(){return {};}
Cost NonMaxSuppressionOp::getCost(){return {};}
Cost RoiAlignOp::getCost(){return {};}
Cost GruOp::getCost(){return {};}
Cost LstmOp::getCost(){return {};}
Cost RnnOp::getCost(){return {};}
Cost ConstantOp::getCost(){return {};}
Box FusedOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost FusedOp::getCost(){return {};}
bool FusedOp::mayReuse(unsigned,unsigned){return false;}
OpFoldResult RelayoutOp::fold(FoldAdaptor){return {};}
Box RelayoutOp::getOperandBox(unsigned a,unsigned b,const Box&c){return nn::detail::defaultOperandBox(*this,a,b,c);}
Cost RelayoutOp::getCost(){return {};}
